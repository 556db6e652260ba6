/* Which texts have a shingle: see having.h. */

#include "having.h"

bool
table_begin(Table *table, uint64_t secret)
{
    table->bits = 10;
    table->secret = secret;
    table->places = PyMem_Calloc((size_t)1 << table->bits, sizeof *table->places);
    for (int size = 0; size < SIZES; size++) {
        table->pools[size].free = NO_SLOT;
    }
    if (table->places == NULL) {
        PyErr_NoMemory();
    }
    return table->places != NULL;
}

void
table_end(Table *table)
{
    PyMem_Free(table->places);
    for (int size = 0; size < SIZES; size++) {
        PyMem_Free(table->pools[size].slots.at);
    }
}

/* Lay the table out anew with twice the places. */
static bool
grow(Table *table)
{
    Having *old = table->places;
    size_t count = (size_t)1 << table->bits;
    Having *places = PyMem_Calloc(count * 2, sizeof *places);
    if (places == NULL) {
        PyErr_NoMemory();
        return false;
    }
    table->places = places;
    table->bits++;
    for (size_t at = 0; at < count; at++) {
        if (old[at].count) {
            *table_find(table, old[at].shingle) = old[at];
        }
    }
    PyMem_Free(old);
    return true;
}

bool
table_reserve(Table *table, size_t shingles)
{
    while ((table->count + shingles) * 3 > (size_t)2 << table->bits) {
        if (!grow(table)) {
            return false;
        }
    }
    for (int size = 0; size < SIZES; size++) {
        Pool *pool = &table->pools[size];
        size_t needed = pool->slots.count + (shingles * 2 << size);
        if (needed >= NO_SLOT) {
            PyErr_NoMemory();
            return false;
        }
        if (!ROOM(pool->slots, needed)) {
            return false;
        }
    }
    return true;
}

static uint32_t
take_block(Pool *pool, int size)
{
    uint32_t block = pool->free;
    if (block == NO_SLOT) {
        block = (uint32_t)pool->slots.count;
        pool->slots.count += (size_t)2 << size;
    } else {
        pool->free = pool->slots.at[block];
    }
    return block;
}

static void
free_block(Pool *pool, uint32_t block)
{
    pool->slots.at[block] = pool->free;
    pool->free = block;
}

/* Move the slots of a shingle to a larger block: from beside the shingle to the smallest, or to the next. */
static void
move_up(Table *table, Having *having)
{
    int size = having->count == 1 ? 0 : having->size + 1;
    uint32_t block = take_block(&table->pools[size], size);
    memcpy(&table->pools[size].slots.at[block], table_slots(table, having), having->count * sizeof(Slot));
    if (having->count > 1) {
        free_block(&table->pools[having->size], having->where);
    }
    having->where = block;
    having->size = (uint8_t)size;
}

/* Add a text to those that have a shingle. Where they are too many the second goes: the first tells who said it first. */
static void
add(Table *table, Having *having, Slot slot)
{
    if (having->count == 1 || (having->count == 2 << having->size && having->count < CROWDED)) {
        move_up(table, having);
    }
    Slot *slots = &table->pools[having->size].slots.at[having->where];
    if (having->count == CROWDED) {
        memmove(slots + 1, slots + 2, (CROWDED - 2) * sizeof *slots);
        having->count--;
    }
    slots[having->count++] = slot;
}

void
table_put(Table *table, uint64_t shingle, Slot slot)
{
    Having *having = table_find(table, shingle);
    if (!having->count) {
        *having = (Having){.shingle = shingle, .where = slot, .count = 1};
        table->count++;
    } else if (table_slots(table, having)[having->count - 1] != slot) {
        add(table, having, slot);
    }
}

/* Free a place, and close up behind it: what follows without a gap moves nearer to where it belongs. */
static void
close_up(Table *table, Having *gone)
{
    size_t mask = ((size_t)1 << table->bits) - 1, hole = (size_t)(gone - table->places);
    for (size_t at = (hole + 1) & mask; table->places[at].count; at = (at + 1) & mask) {
        size_t home = spread(table->places[at].shingle, table->secret, table->bits);
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            table->places[hole] = table->places[at];
            hole = at;
        }
    }
    table->places[hole].count = 0;
    table->count--;
}

/* Take one of several texts from those that have a shingle; a last one moves beside the shingle. */
static void
take_out(Table *table, Having *having, int at)
{
    Slot *slots = &table->pools[having->size].slots.at[having->where];
    having->count--;
    memmove(slots + at, slots + at + 1, (size_t)(having->count - at) * sizeof *slots);
    if (having->count == 1) {
        Slot last = slots[0];
        free_block(&table->pools[having->size], having->where);
        having->where = last;
    }
}

void
table_drop(Table *table, uint64_t shingle, Slot slot)
{
    Having *having = table_find(table, shingle);
    if (!having->count) {
        return; /* a text had it twice */
    }
    const Slot *slots = table_slots(table, having);
    int at = 0;
    while (at < having->count && slots[at] != slot) {
        at++;
    }
    if (at == having->count) {
        return; /* crowded out before */
    }
    if (having->count == 1) {
        close_up(table, having);
    } else {
        take_out(table, having, at);
    }
}
