/* The index that `voices/resemblance.py` defines, in memory of its own: the module `fairfloor.voices._resemblance`.

   That module says what is found, and why; here it is only laid out so that looking it up costs a tenth. It is compiled
   where there is a C compiler, and where there is none the other does the same. tests/voices/test_resemblance.py holds
   the two together. What is found never depends on where something lies, and so not on the secret of `spread`.

   Invariant: memory is bounded by the most that was ever kept at a time, and by the largest text ever looked for.
   Invariant: where there is no more memory, MemoryError is raised and the index is as it was. */

#include "search.h"

/* What some of the shingles at hand are known from, and how many of them: another, or where that is NULL a text. */
typedef struct {
    PyObject *other;
    uint32_t number;
    Py_ssize_t count;
} Source;

typedef MANY(Source) Sources;

typedef struct {
    PyObject_HEAD
    double threshold;
    size_t least;
    Table table;
    Texts texts;
    Search search;
} Index;

/* Take a number, of a text or a shingle; gives false, with an error set, where it is none. Runs no Python code. */
static bool
take_number(PyObject *given, uint64_t *number)
{
    *number = PyLong_AsUnsignedLongLong(given);
    return *number != UINT64_MAX || !PyErr_Occurred();
}

#define MOST ((size_t)NO_SLOT >> 8) /* shingles of a text: no sum of sizes overflows then, however few bits it has */

/* Take the shingles of a text, each there once; gives false, with an error set, where they are none. No Python code may
   run from here to the last use of `given`, for it could use the index itself: what collects garbage is made before. */
static bool
take(Index *self, PyObject *shingles)
{
    if (!PyTuple_Check(shingles)) {
        PyErr_SetString(PyExc_TypeError, "shingles come as a tuple");
        return false;
    }
    size_t count = (size_t)PyTuple_Size(shingles);
    if (count > MOST) {
        PyErr_Format(PyExc_OverflowError, "a text has at most %zu shingles", MOST);
        return false;
    }
    if (!ROOM(self->search.given, count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!take_number(PyTuple_GetItem(shingles, (Py_ssize_t)i), &self->search.given.at[i])) {
            return false;
        }
    }
    self->search.given.count = count;
    return true;
}

static PyObject *
index_keep(PyObject *object, PyObject *arguments)
{
    Index *self = (Index *)object;
    PyObject *given, *shingles;
    uint64_t number;
    if (!PyArg_ParseTuple(arguments, "OO:keep", &given, &shingles) || !take_number(given, &number) ||
        !take(self, shingles)) {
        return NULL;
    }
    if (number > UINT32_MAX || !texts_follows(&self->texts, (uint32_t)number)) {
        PyErr_SetString(PyExc_OverflowError, "a text's number must be greater than all before and below 2**32");
        return NULL;
    }
    size_t size = self->search.given.count;
    uint64_t *own = NULL;
    if (!table_reserve(&self->table, size) || !texts_reserve(&self->texts)) {
        return NULL;
    }
    if ((own = PyMem_Malloc(size * sizeof *own)) == NULL) {
        return PyErr_NoMemory();
    }
    memcpy(own, self->search.given.at, size * sizeof *own);
    Slot slot = texts_keep(&self->texts, (uint32_t)number, own, size, self->table.secret);
    for (size_t i = 0; i < size; i++) {
        table_put(&self->table, own[i], slot);
    }
    Py_RETURN_NONE;
}

static PyObject *
index_forget(PyObject *object, PyObject *given)
{
    Index *self = (Index *)object;
    uint64_t number;
    if (!take_number(given, &number)) {
        return NULL;
    }
    Slot slot = texts_find(&self->texts, number);
    if (slot != NO_SLOT) {
        const Text *text = &self->texts.slots.at[slot];
        for (size_t i = 0; i < text->size; i++) {
            table_drop(&self->table, text->shingles[i], slot);
        }
        texts_forget(&self->texts, slot);
    }
    Py_RETURN_NONE;
}

static PyObject *
index_nearest(PyObject *object, PyObject *shingles)
{
    Index *self = (Index *)object;
    Slot nearest;
    double likeness;
    if (!take(self, shingles) || !search_nearest(&self->search, &self->table, &self->texts, self->threshold,
                                                 self->least, &nearest, &likeness)) {
        return NULL;
    }
    if (nearest == NO_SLOT) {
        Py_RETURN_NONE;
    }
    return Py_BuildValue("kd", (unsigned long)self->texts.slots.at[nearest].number, likeness);
}

/* Count one more shingle that is known from this. */
static bool
count_source(Sources *sources, PyObject *other, uint32_t number)
{
    for (size_t i = 0; i < sources->count; i++) {
        Source *source = &sources->at[i];
        if (source->other == other && source->number == number) {
            source->count++;
            return true;
        }
    }
    if (!ROOM(*sources, sources->count + 1)) {
        return false;
    }
    sources->at[sources->count++] = (Source){Py_XNewRef(other), number, 1};
    return true;
}

/* Count what some shingles are known from; gives false, with an error set, where that fails. A look at `others` may run
   Python code (to compare, say) that uses the index again, so nothing of the index is held from one shingle to the next. */
static bool
count_sources(const Index *self, PyObject *shingles, PyObject *others, Sources *sources)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(shingles); i++) {
        PyObject *given = PyTuple_GetItem(shingles, i), *other = PyDict_GetItemWithError(others, given);
        uint32_t number = 0;
        uint64_t shingle;
        if ((other == NULL && PyErr_Occurred()) || !take_number(given, &shingle)) {
            return false;
        }
        const Having *having = table_find(&self->table, shingle);
        if (other == NULL && having->count) {
            number = self->texts.slots.at[*table_slots(&self->table, having)].number;
        }
        if ((other != NULL || having->count) && !count_source(sources, other, number)) {
            return false;
        }
    }
    return true;
}

/* Put into a dict what was counted, and let go of it; gives the dict, or NULL with an error set where `done` is false or
   this fails. */
static PyObject *
tell_sources(Sources *sources, PyObject *counts, bool done)
{
    for (size_t i = 0; i < sources->count; i++) {
        Source *source = &sources->at[i];
        PyObject *of = source->other ? source->other : PyLong_FromUnsignedLong(source->number);
        PyObject *count = PyLong_FromSsize_t(source->count);
        done = done && of != NULL && count != NULL && PyDict_SetItem(counts, of, count) == 0;
        Py_XDECREF(of);
        Py_XDECREF(count);
    }
    PyMem_Free(sources->at);
    if (!done) {
        Py_CLEAR(counts);
    }
    return counts;
}

static PyObject *
index_sources(PyObject *object, PyObject *arguments)
{
    Index *self = (Index *)object;
    PyObject *shingles, *others, *counts;
    Sources sources = {0};
    if (!PyArg_ParseTuple(arguments, "O!O!:sources", &PyTuple_Type, &shingles, &PyDict_Type, &others) ||
        (counts = PyDict_New()) == NULL) {
        return NULL;
    }
    return tell_sources(&sources, counts, count_sources(self, shingles, others, &sources));
}

/* Give those of the shingles that no text has. */
static PyObject *
index_unknown(PyObject *object, PyObject *shingles)
{
    Index *self = (Index *)object;
    PyObject *unknown = PyList_New(0); /* first, for making it may run garbage that uses the index */
    if (unknown == NULL || !take(self, shingles)) {
        Py_CLEAR(unknown);
    }
    for (size_t i = 0; unknown != NULL && i < self->search.given.count; i++) {
        if (!table_find(&self->table, self->search.given.at[i])->count &&
            PyList_Append(unknown, PyTuple_GetItem(shingles, (Py_ssize_t)i)) < 0) {
            Py_CLEAR(unknown);
        }
    }
    return unknown;
}

static Py_ssize_t
index_length(PyObject *object)
{
    return (Py_ssize_t)texts_count(&((const Index *)object)->texts);
}

/* Make an odd number that nobody outside of the process knows, from the secret of Python's own hashes. */
static bool
make_secret(uint64_t *secret)
{
    PyObject *name = PyUnicode_FromString("fairfloor.voices.resemblance");
    Py_hash_t hash = name == NULL ? -1 : PyObject_Hash(name);
    Py_XDECREF(name);
    *secret = ((uint64_t)hash * 0x9E3779B97F4A7C15u) | 1;
    return hash != -1;
}

static PyObject *
index_new(PyTypeObject *type, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"threshold", "least", NULL};
    double threshold;
    Py_ssize_t least = 1;
    uint64_t secret;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "d|n:Resemblance", names, &threshold, &least)) {
        return NULL;
    }
    if (!(threshold > 0.0 && threshold <= 1.0 && least >= 0)) {
        PyErr_SetString(PyExc_ValueError, "a threshold is greater than 0 and at most 1, and `least` is not negative");
        return NULL;
    }
    Index *self = (Index *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->threshold = threshold;
    self->least = (size_t)least;
    if (!make_secret(&secret) || !table_begin(&self->table, secret)) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void
index_dealloc(PyObject *object)
{
    Index *self = (Index *)object;
    PyTypeObject *type = Py_TYPE(object);
    table_end(&self->table);
    texts_end(&self->texts);
    search_end(&self->search);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"nearest", index_nearest, METH_O, NULL},
    {"sources", index_sources, METH_VARARGS, NULL},
    {"unknown", index_unknown, METH_O, NULL},
    {"keep", index_keep, METH_VARARGS, NULL},
    {"forget", index_forget, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, index_new},
    {Py_tp_dealloc, index_dealloc},
    {Py_tp_methods, methods},
    {Py_sq_length, index_length},
    {Py_tp_doc, "An index of texts as sets of shingles, as `fairfloor.voices.resemblance` defines it."},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "fairfloor.voices._resemblance.Resemblance",
    .basicsize = sizeof(Index),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

static int
begin(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&spec);
    int done = type == NULL ? -1 : PyModule_AddObjectRef(module, "Resemblance", type);
    Py_XDECREF(type);
    return done;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, begin},
    {0, NULL},
};

static PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_resemblance",
    .m_doc = "The index that `fairfloor.voices.resemblance` defines, in memory of its own.",
    .m_slots = module_slots,
};

PyMODINIT_FUNC
PyInit__resemblance(void)
{
    return PyModuleDef_Init(&module);
}
