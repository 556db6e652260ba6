/* Which texts have a shingle: a table from shingles to the slots of texts, in order of keeping.

   One table with open addressing and linear probing. A shingle of one text has its slot right there, which is most of
   them; of several, a block of 2, 4, ... `CROWDED` slots in the pool of this size, where free blocks form a chain.
   What is taken out is closed up behind, so no graves are left and the table never needs to be made anew. */

#ifndef FAIRFLOOR_HAVING_H
#define FAIRFLOOR_HAVING_H

#include "room.h"

#define CROWDED 64 /* texts found through one shingle, as in resemblance.py */
#define SIZES 6    /* of blocks: 2 << 0 to 2 << 5, which is CROWDED */

typedef uint32_t Slot;
#define NO_SLOT UINT32_MAX

/* One shingle's texts. */
typedef struct {
    uint64_t shingle;
    uint32_t where; /* the slot of its one text, or where its block begins in the pool */
    uint8_t count;  /* of texts; 0 where this place of the table is free */
    uint8_t size;   /* of its block */
} Having;

typedef struct {
    MANY(Slot) slots; /* `count` is where no block has begun yet */
    uint32_t free;    /* the first free block, which has the next in its first slot; or NO_SLOT */
} Pool;

typedef struct {
    Having *places;
    size_t count;
    int bits; /* there are 1 << bits places */
    uint64_t secret;
    Pool pools[SIZES];
} Table;

/* Each of these that gives a bool gives false, with MemoryError set, where there is no room; nothing is changed then. */
bool table_begin(Table *table, uint64_t secret);
bool table_reserve(Table *table, size_t shingles); /* so that as many can be put */
void table_put(Table *table, uint64_t shingle, Slot slot);
void table_drop(Table *table, uint64_t shingle, Slot slot);
void table_end(Table *table);

/* Give the place of a shingle, or the free one where it would be. */
static inline Having *
table_find(const Table *table, uint64_t shingle)
{
    size_t mask = ((size_t)1 << table->bits) - 1, at = spread(shingle, table->secret, table->bits);
    while (table->places[at].count && table->places[at].shingle != shingle) {
        at = (at + 1) & mask;
    }
    return &table->places[at];
}

/* Give the slots of the texts that have a shingle, `having->count` of them. */
static inline const Slot *
table_slots(const Table *table, const Having *having)
{
    return having->count == 1 ? &having->where : &table->pools[having->size].slots.at[having->where];
}

#endif
