/* The part of Python's stable ABI (limited API 3.11) that the kernels use.
 *
 * It stands in for Python.h, so that one source builds for CPython and for Pyodide without
 * either one's headers. Source of the declarations: docs.python.org/3.11/c-api/stable.html.
 */
#ifndef EYEBRIGHT_PYTHON_ABI_H
#define EYEBRIGHT_PYTHON_ABI_H

typedef __PTRDIFF_TYPE__ Py_ssize_t;
typedef struct PyObject PyObject;
typedef struct PyThreadState PyThreadState;

struct PyObject {
  Py_ssize_t ob_refcnt;
  PyObject *ob_type;
};

typedef struct {
  void *buf;
  PyObject *obj;
  Py_ssize_t len;
  Py_ssize_t itemsize;
  int readonly;
  int ndim;
  char *format;
  Py_ssize_t *shape;
  Py_ssize_t *strides;
  Py_ssize_t *suboffsets;
  void *internal;
} Py_buffer;

typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);

typedef struct {
  const char *ml_name;
  PyCFunction ml_meth;
  int ml_flags;
  const char *ml_doc;
} PyMethodDef;

typedef struct {
  int slot;
  void *value;
} PyModuleDef_Slot;

typedef struct {
  PyObject ob_base;
  PyObject *(*m_init)(void);
  Py_ssize_t m_index;
  PyObject *m_copy;
} PyModuleDef_Base;

typedef struct {
  PyModuleDef_Base m_base;
  const char *m_name;
  const char *m_doc;
  Py_ssize_t m_size;
  PyMethodDef *m_methods;
  PyModuleDef_Slot *m_slots;
  void *m_traverse;
  void *m_clear;
  void *m_free;
} PyModuleDef;

enum { METH_VARARGS = 1, Py_mod_exec = 2 };

#ifdef _WIN32
#define IMPORTED __declspec(dllimport)
#define EXPORTED __declspec(dllexport)
#else
#define IMPORTED extern
#define EXPORTED __attribute__((visibility("default")))
#endif

IMPORTED PyObject *PyExc_ValueError;

IMPORTED int PyArg_ParseTuple(PyObject *, const char *, ...);
IMPORTED void PyBuffer_Release(Py_buffer *);
IMPORTED void PyErr_SetString(PyObject *, const char *);
IMPORTED PyThreadState *PyEval_SaveThread(void);
IMPORTED void PyEval_RestoreThread(PyThreadState *);
IMPORTED PyObject *PyLong_FromSsize_t(Py_ssize_t);
IMPORTED int PyModule_AddIntConstant(PyObject *, const char *, long);
IMPORTED PyObject *PyModuleDef_Init(PyModuleDef *);
IMPORTED void Py_IncRef(PyObject *);
IMPORTED PyObject *Py_BuildValue(const char *, ...);

#endif
