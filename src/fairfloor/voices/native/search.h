/* Looking for the kept text most like a text at hand: `nearest` of resemblance.py, step by step. */

#ifndef FAIRFLOOR_SEARCH_H
#define FAIRFLOOR_SEARCH_H

#include "texts.h"

typedef struct {
    MANY(uint64_t) given; /* the shingles of the text at hand */
    MANY(Having *) known; /* those of them that kept texts have; and as much room again to sort them */
    MANY(uint32_t) set;   /* the text at hand as a set: open addressing; places in `given`, from 1 */
    int set_bits;
    MANY(uint32_t) times; /* by slot: how often a text came up, beginning at `from` */
    uint32_t from;
    MANY(Slot) found; /* the candidates */
} Search;

/* Find the kept text most like `search->given`, the earlier of two: its slot and likeness, or NO_SLOT. Gives false, with
   MemoryError set, without room. */
bool search_nearest(Search *search, const Table *table, const Texts *texts, double threshold, size_t least,
                    Slot *nearest, double *likeness);
void search_end(Search *search);

#endif
