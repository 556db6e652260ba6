/* The kept texts: each in a slot, which is used again when the text is forgotten; and their numbers. */

#ifndef FAIRFLOOR_TEXTS_H
#define FAIRFLOOR_TEXTS_H

#include "having.h"

#define SKETCH_WORDS 2

/* A set of shingles at a glance: one bit for each, of 128. What two sets share falls on bits in common. */
typedef struct {
    uint64_t words[SKETCH_WORDS];
} Sketch;

typedef struct {
    uint64_t *shingles; /* in the order given */
    uint32_t size;      /* how many */
    uint32_t number;
    Sketch sketch;
} Text;

typedef struct {
    uint32_t number;
    Slot slot; /* NO_SLOT once it is forgotten */
} Numbered;

typedef struct {
    MANY(Text) slots; /* `count` is how many were ever used */
    MANY(Slot) free;
    MANY(Numbered) order; /* by number; the forgotten are swept out now and then, but for the last */
    size_t forgotten;
} Texts;

bool texts_reserve(Texts *texts); /* so that one more can be kept; false, with MemoryError set, without room */
Slot texts_keep(Texts *texts, uint32_t number, uint64_t *shingles, size_t size, uint64_t secret);
Slot texts_find(const Texts *texts, uint64_t number); /* NO_SLOT where none has the number */
void texts_forget(Texts *texts, Slot slot);
void texts_end(Texts *texts);

Sketch sketch_of(const uint64_t *shingles, size_t size, uint64_t secret);

static inline size_t
texts_count(const Texts *texts)
{
    return texts->order.count - texts->forgotten;
}

/* Tell whether a number is greater than all before. */
static inline bool
texts_follows(const Texts *texts, uint32_t number)
{
    return !texts->order.count || texts->order.at[texts->order.count - 1].number < number;
}

#endif
