/* Room for a growing number of things, and where a 64-bit value lies in a table. */

#ifndef FAIRFLOOR_ROOM_H
#define FAIRFLOOR_ROOM_H

#define Py_LIMITED_API 0x030B0000 /* one build serves Python 3.11 and all after it */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Things of one kind, one after another: `ROOM(texts, n)` before the n-th is written. */
#define MANY(Thing)         \
    struct {                \
        Thing *at;          \
        size_t count, room; \
    }
#define ROOM(many, needed) make_room(&(many).at, &(many).room, (needed), sizeof *(many).at)

/* Make room for so many things, and for some where none are needed yet: nothing is ever at NULL. Gives false, with
   MemoryError set, without memory. `things` is where the pointer to them stands, whatever it points to. */
static inline bool
make_room(void *things, size_t *room, size_t needed, size_t size)
{
    size_t more = *room ? *room : 16;
    void *at;
    if (*room && needed <= *room) {
        return true;
    }
    if (needed > PY_SSIZE_T_MAX / size) {
        PyErr_NoMemory();
        return false;
    }
    while (more < needed) {
        more += more / 2;
    }
    memcpy(&at, things, sizeof at);
    at = PyMem_Realloc(at, more * size);
    if (at == NULL) {
        PyErr_NoMemory();
        return false;
    }
    memcpy(things, &at, sizeof at);
    *room = more;
    return true;
}

/* Give the place of a value in a table of 1 << bits: multiply-shift by a secret odd number (Dietzfelbinger and others
   1997). Two values fall together no more often than chance has it, for whoever does not know the secret; with a known
   one, somebody could write texts that all fall on one place. */
static inline size_t
spread(uint64_t value, uint64_t secret, int bits)
{
    return (size_t)((value * secret) >> (64 - bits));
}

#endif
