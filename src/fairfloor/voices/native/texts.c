/* The kept texts: see texts.h. */

#include "texts.h"

bool
texts_reserve(Texts *texts)
{
    return ROOM(texts->slots, texts->slots.count + 1) && ROOM(texts->free, texts->slots.count + 1) &&
           ROOM(texts->order, texts->order.count + 1);
}

/* Keep a text under a number greater than all before. There is room; the shingles become the text's own. */
Slot
texts_keep(Texts *texts, uint32_t number, uint64_t *shingles, size_t size, uint64_t secret)
{
    Slot slot = texts->free.count ? texts->free.at[--texts->free.count] : (Slot)texts->slots.count++;
    texts->slots.at[slot] = (Text){shingles, (uint32_t)size, number, sketch_of(shingles, size, secret)};
    texts->order.at[texts->order.count++] = (Numbered){number, slot};
    return slot;
}

/* Find by number, in [0, order.count]: the first that is not smaller. */
static size_t
search_number(const Texts *texts, uint64_t number)
{
    size_t low = 0, high = texts->order.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (texts->order.at[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Slot
texts_find(const Texts *texts, uint64_t number)
{
    size_t at = search_number(texts, number);
    bool there = at < texts->order.count && texts->order.at[at].number == number;
    return there ? texts->order.at[at].slot : NO_SLOT;
}

/* Sweep the forgotten out of the order where they are the greater part; the last stays, it tells what follows. */
static void
sweep(Texts *texts)
{
    size_t left = 0, last = texts->order.count - 1;
    if (texts->forgotten * 2 < texts->order.count) {
        return;
    }
    for (size_t at = 0; at <= last; at++) {
        if (texts->order.at[at].slot != NO_SLOT || at == last) {
            texts->order.at[left++] = texts->order.at[at];
        }
    }
    texts->order.count = left;
    texts->forgotten = texts->order.at[left - 1].slot == NO_SLOT;
}

void
texts_forget(Texts *texts, Slot slot)
{
    Text *text = &texts->slots.at[slot];
    PyMem_Free(text->shingles);
    text->shingles = NULL;
    texts->order.at[search_number(texts, text->number)].slot = NO_SLOT;
    texts->free.at[texts->free.count++] = slot;
    texts->forgotten++;
    sweep(texts);
}

void
texts_end(Texts *texts)
{
    for (size_t slot = 0; slot < texts->slots.count; slot++) {
        PyMem_Free(texts->slots.at[slot].shingles);
    }
    PyMem_Free(texts->slots.at);
    PyMem_Free(texts->free.at);
    PyMem_Free(texts->order.at);
}

Sketch
sketch_of(const uint64_t *shingles, size_t size, uint64_t secret)
{
    Sketch sketch = {{0}};
    for (size_t i = 0; i < size; i++) {
        size_t bit = spread(shingles[i], secret, 7);
        sketch.words[bit >> 6] |= (uint64_t)1 << (bit & 63);
    }
    return sketch;
}
