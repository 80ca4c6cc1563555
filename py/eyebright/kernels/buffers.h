/* Checks of the buffers that Python hands over, for the files that bind kernels. */
#ifndef EYEBRIGHT_BUFFERS_H
#define EYEBRIGHT_BUFFERS_H

#include "kernels.h"
#include "python_abi.h"

static inline PyObject *refuse(const char *message) {
  PyErr_SetString(PyExc_ValueError, message);
  return 0;
}

static inline PyObject *nothing(void) { return Py_BuildValue(""); }

static inline void release(Py_buffer *buffers, int count) {
  for (int i = 0; i < count; i++) PyBuffer_Release(&buffers[i]);
}

/* Whether the buffer holds exactly (or, for scratch memory, at least) a x b x c items. */
static inline int holds(const Py_buffer *buffer, size_t a, size_t b, size_t c, size_t item) {
  const size_t factors[] = {a, b, c, item};
  size_t left = (size_t)buffer->len;
  for (int i = 0; i < 4; i++) { /* by division: a product might wrap */
    if (!factors[i] || left % factors[i]) return 0;
    left /= factors[i];
  }
  return left == 1;
}

static inline int has_room(const Py_buffer *scratch, size_t floats) {
  return (size_t)scratch->len / sizeof(float) >= floats;
}

static inline int is_aligned(const Py_buffer *buffer, size_t item) {
  return (size_t)buffer->buf % item == 0;
}

/* In module_resize.c. */
PyObject *py_resize(PyObject *module, PyObject *args);
PyObject *py_resize_scratch(PyObject *module, PyObject *args);

#endif
