/* Looking for the kept text most like a text at hand: see search.h. */

#include "search.h"

#include <math.h>

#define TIMES 3       /* shared shingles that make a candidate: `_TIMES` of resemblance.py */
#define ROUNDING 1e-9 /* `_ROUNDING` there */

void
search_end(Search *search)
{
    PyMem_Free(search->given.at);
    PyMem_Free(search->known.at);
    PyMem_Free(search->set.at);
    PyMem_Free(search->times.at);
    PyMem_Free(search->found.at);
}

/* Gather which texts have the shingles at hand, those that the fewest have first, of equals in order (counting sort). */
static bool
gather(Search *search, const Table *table)
{
    size_t count = 0, begin[CROWDED + 2] = {0};
    if (!ROOM(search->known, search->given.count * 2)) {
        return false;
    }
    Having **sorted = search->known.at, **unsorted = search->known.at + search->given.count;
    for (size_t i = 0; i < search->given.count; i++) {
        Having *having = table_find(table, search->given.at[i]);
        if (having->count) {
            unsorted[count++] = having;
            begin[having->count + 1]++;
        }
    }
    for (size_t texts = 1; texts < CROWDED + 2; texts++) {
        begin[texts] += begin[texts - 1];
    }
    for (size_t i = 0; i < count; i++) {
        sorted[begin[unsorted[i]->count]++] = unsorted[i];
    }
    search->known.count = count;
    return true;
}

/* Begin counting: from where no search before has come to, so that nothing has to be cleared. There is room for every
   slot to be found, and for one more, since what comes up is written down before it is known to be found. */
static bool
begin_counting(Search *search, size_t slots)
{
    size_t room = search->times.room;
    if (!ROOM(search->times, slots)) {
        return false;
    }
    memset(search->times.at + room, 0, (search->times.room - room) * sizeof *search->times.at);
    if (!ROOM(search->found, slots + 1)) {
        return false;
    }
    if (search->from > UINT32_MAX / 2) {
        memset(search->times.at, 0, search->times.room * sizeof *search->times.at);
        search->from = 0;
    }
    search->found.count = 0;
    return true;
}

/* Count the texts that have a shingle once more; those that have come up often enough are candidates. */
static void
count_texts(Search *search, const Slot *slots, size_t count, uint32_t enough)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t *times = &search->times.at[slots[i]];
        *times = (*times < search->from ? search->from : *times) + 1;
        search->found.at[search->found.count] = slots[i];
        search->found.count += *times == search->from + enough;
    }
}

/* Find the texts that come up often enough among those that have the rarest shingles (`_candidates`). */
static bool
find_candidates(Search *search, const Table *table, size_t slots, double threshold)
{
    size_t least = (size_t)ceil(threshold * (double)search->given.count - ROUNDING), must = least ? least : 1;
    if (!begin_counting(search, slots) || !gather(search, table)) {
        return false;
    }
    if (search->known.count < must) {
        return true;
    }
    size_t enough = must < TIMES ? must : TIMES, looked = search->known.count - must + enough;
    for (size_t i = 0; i < looked; i++) {
        const Having *having = search->known.at[i];
        count_texts(search, table_slots(table, having), having->count, (uint32_t)enough);
    }
    search->from += (uint32_t)looked;
    return true;
}

/* Lay the shingles at hand out as a set, to ask what others share with it. */
static bool
lay_out(Search *search, uint64_t secret)
{
    search->set_bits = 5;
    while (((size_t)1 << search->set_bits) < search->given.count * 4) {
        search->set_bits++;
    }
    size_t places = (size_t)1 << search->set_bits;
    if (!ROOM(search->set, places)) {
        return false;
    }
    memset(search->set.at, 0, places * sizeof *search->set.at);
    for (size_t i = 0; i < search->given.count; i++) {
        size_t at = spread(search->given.at[i], secret, search->set_bits);
        while (search->set.at[at]) {
            at = (at + 1) & (places - 1);
        }
        search->set.at[at] = (uint32_t)i + 1;
    }
    return true;
}

static size_t
count_shared(const Search *search, const Text *text, uint64_t secret)
{
    size_t shared = 0, mask = ((size_t)1 << search->set_bits) - 1;
    for (size_t i = 0; i < text->size; i++) {
        uint64_t shingle = text->shingles[i];
        size_t at = spread(shingle, secret, search->set_bits);
        while (search->set.at[at] && search->given.at[search->set.at[at] - 1] != shingle) {
            at = (at + 1) & mask;
        }
        shared += search->set.at[at] != 0;
    }
    return shared;
}

static size_t
count_bits(uint64_t word)
{
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    return (size_t)((word * 0x0101010101010101u) >> 56);
}

static size_t
count_common(Sketch one, Sketch other)
{
    size_t bits = 0;
    for (int i = 0; i < SKETCH_WORDS; i++) {
        bits += count_bits(one.words[i] & other.words[i]);
    }
    return bits;
}

static double
alike(size_t one, size_t other, size_t shared)
{
    return (double)shared / (double)(one + other - shared);
}

/* Give the most that a text can share: no more than either has, and no more than bits in common and the `hidden`, the
   shingles at hand that fell on a bit already set. */
static size_t
most_shared(size_t size, Sketch sketch, size_t hidden, const Text *text)
{
    size_t most = count_common(sketch, text->sketch) + hidden;
    most = most < text->size ? most : text->size;
    return most < size ? most : size;
}

bool
search_nearest(Search *search, const Table *table, const Texts *texts, double threshold, size_t least, Slot *nearest,
               double *likeness)
{
    size_t size = search->given.count;
    *nearest = NO_SLOT;
    if (!find_candidates(search, table, texts->slots.count, threshold)) {
        return false;
    }
    if (!search->found.count) {
        return true;
    }
    if (!lay_out(search, table->secret)) {
        return false;
    }
    Sketch sketch = sketch_of(search->given.at, size, table->secret);
    size_t hidden = size - count_common(sketch, sketch);
    for (size_t i = 0; i < search->found.count; i++) {
        const Text *text = &texts->slots.at[search->found.at[i]];
        if (text->size < least || alike(size, text->size, most_shared(size, sketch, hidden, text)) < threshold) {
            continue;
        }
        double its = alike(size, text->size, count_shared(search, text, table->secret));
        if (its >= threshold && (*nearest == NO_SLOT || its > *likeness ||
                                 (its == *likeness && text->number < texts->slots.at[*nearest].number))) {
            *nearest = search->found.at[i];
            *likeness = its;
        }
    }
    return true;
}
