/* The Python module `_kernels`: checks the buffers, lets other threads run, calls the kernel. */
#include "buffers.h"

/* ---- blur ---- */

static PyObject *py_blur_scratch(PyObject *module, PyObject *args) {
  int width;
  (void)module;
  if (!PyArg_ParseTuple(args, "i:blur_scratch", &width)) return 0;
  if (width < 1) return refuse("width must be at least 1");
  return PyLong_FromSsize_t((Py_ssize_t)blur_scratch(width));
}

static const char *blur_fault(int width, int height, const Py_buffer *buffers) {
  if (width < 1 || height < 1) return "width and height must be at least 1";
  if (!holds(&buffers[0], width, height, 1, sizeof(float))) return "plane has a wrong length";
  if (!has_room(&buffers[1], blur_scratch(width))) return "scratch is too small";
  if (!holds(&buffers[2], width, height, 1, sizeof(float))) return "out has a wrong length";
  return 0;
}

static PyObject *py_blur(PyObject *module, PyObject *args) {
  enum { PLANE, SCRATCH, OUT, COUNT };
  Py_buffer b[COUNT];
  int width, height;
  (void)module;
  if (!PyArg_ParseTuple(args, "y*iiw*w*:blur", &b[PLANE], &width, &height, &b[SCRATCH], &b[OUT]))
    return 0;
  const char *fault = blur_fault(width, height, b);
  if (!fault) {
    PyThreadState *state = PyEval_SaveThread();
    blur_plane(b[PLANE].buf, width, height, b[SCRATCH].buf, b[OUT].buf);
    PyEval_RestoreThread(state);
  }
  release(b, COUNT);
  return fault ? refuse(fault) : nothing();
}

/* ---- SSIMULACRA2 ---- */

static const char *task_fault(Task *task, const Py_buffer *plan) {
  Py_ssize_t scales = plan->len / CHANNELS;
  if (task->width < 1 || task->height < 1) return "width and height must be at least 1";
  if (scales < 1 || scales > MAX_SCALES || plan->len % CHANNELS)
    return "plan must have 3 channels of 1 to 6 scales";
  task->scales = (int)scales;
  task->plan = plan->buf;
  return 0;
}

static PyObject *py_ssimulacra2_scratch(PyObject *module, PyObject *args) {
  Py_buffer plan;
  Task task;
  (void)module;
  if (!PyArg_ParseTuple(args, "iiy*:ssimulacra2_scratch", &task.width, &task.height, &plan))
    return 0;
  const char *fault = task_fault(&task, &plan);
  size_t floats = fault ? 0 : ssimulacra2_scratch(&task);
  PyBuffer_Release(&plan);
  return fault ? refuse(fault) : PyLong_FromSsize_t((Py_ssize_t)floats);
}

enum { REFERENCE, DISTORTED, LINEAR, PLAN, SUMS_SCRATCH, SUMS_OUT, SUMS_COUNT };

/* Entries of the linear-light table: 255 codes in 16 steps, and one more to interpolate. */
enum { LINEAR_ENTRIES = 255 * 16 + 2 };

static const char *sums_fault(Task *task, const Picture *pictures, float background,
                              const Py_buffer *b) {
  const char *fault = task_fault(task, &b[PLAN]);
  if (fault) return fault;
  for (int p = 0; p < 2; p++) {
    if (pictures[p].channels != 3 && pictures[p].channels != 4) return "channels must be 3 or 4";
    if (!holds(&b[REFERENCE + p], task->width, task->height, pictures[p].channels, 1))
      return "a picture has a wrong length";
  }
  if (!(background >= 0 && background <= 1)) return "background must be within 0 and 1";
  if (!holds(&b[LINEAR], LINEAR_ENTRIES, 1, 1, sizeof(float)))
    return "the linear-light table has a wrong length";
  if (!has_room(&b[SUMS_SCRATCH], ssimulacra2_scratch(task))) return "scratch is too small";
  if (!holds(&b[SUMS_OUT], ssimulacra2_tiles(task), CHANNELS * task->scales, SUMS, sizeof(double)))
    return "out has a wrong length";
  return 0;
}

static PyObject *py_ssimulacra2_sums(PyObject *module, PyObject *args) {
  Py_buffer b[SUMS_COUNT];
  Picture pictures[2];
  Task task;
  float background;
  (void)module;
  if (!PyArg_ParseTuple(args, "y*iy*iiify*y*w*w*:ssimulacra2_sums", &b[REFERENCE],
                        &pictures[0].channels, &b[DISTORTED], &pictures[1].channels, &task.width,
                        &task.height, &background, &b[LINEAR], &b[PLAN], &b[SUMS_SCRATCH],
                        &b[SUMS_OUT]))
    return 0;
  const char *fault = sums_fault(&task, pictures, background, b);
  if (!fault) {
    pictures[0].codes = b[REFERENCE].buf;
    pictures[1].codes = b[DISTORTED].buf;
    PyThreadState *state = PyEval_SaveThread();
    ssimulacra2_sums(&task, pictures, background, b[LINEAR].buf, b[SUMS_SCRATCH].buf,
                     b[SUMS_OUT].buf);
    PyEval_RestoreThread(state);
  }
  release(b, SUMS_COUNT);
  return fault ? refuse(fault) : nothing();
}

/* ---- proxy ---- */

static PyObject *py_proxy_scratch(PyObject *module, PyObject *args) {
  int width, box;
  (void)module;
  if (!PyArg_ParseTuple(args, "ii:proxy_scratch", &width, &box)) return 0;
  if (width < 1 || box < 1) return refuse("width and box must be at least 1");
  return PyLong_FromSsize_t((Py_ssize_t)proxy_scratch(width, box));
}

enum {
  WHOLE, ACROSS, ACROSS_WEIGHTS, DOWN, DOWN_WEIGHTS, PROXY_SCRATCH, PROXY_OUT, PROXY_COUNT
};

/* Fills the areas along a side from their buffers, or says what is wrong with them. */
static const char *areas_fault(Areas *areas, const Py_buffer *firsts, const Py_buffer *weights,
                               int side) {
  Py_ssize_t size = firsts->len / (Py_ssize_t)sizeof(int);
  if (areas->box < 1) return "a box must be at least 1 pixel long";
  if (size < 1 || size > side) return "a side must have 1 to as many outputs as pixels";
  if (!holds(weights, size, SPAN, 1, sizeof(int))) return "area weights have a wrong length";
  areas->size = (int)size;
  areas->firsts = firsts->buf;
  areas->weights = weights->buf;
  for (int i = 0; i < areas->size; i++) {
    int first = areas->firsts[i];
    if (first < 0 || first > (side - 1) / areas->box) return "an area begins outside the picture";
    if (i && first < areas->firsts[i - 1]) return "area starts must not fall";
  }
  return 0;
}

static const char *proxy_fault(int width, int height, int channels, Areas areas[2],
                               const Py_buffer *b) {
  if (width < 1 || height < 1) return "width and height must be at least 1";
  if (channels != 3 && channels != 4) return "channels must be 3 or 4";
  if (!holds(&b[WHOLE], width, height, channels, 1)) return "the picture has a wrong length";
  const char *fault = areas_fault(&areas[0], &b[ACROSS], &b[ACROSS_WEIGHTS], width);
  if (!fault) fault = areas_fault(&areas[1], &b[DOWN], &b[DOWN_WEIGHTS], height);
  if (fault) return fault;
  if (!has_room(&b[PROXY_SCRATCH], proxy_scratch(width, areas[0].box)))
    return "scratch is too small";
  if (!holds(&b[PROXY_OUT], areas[0].size, areas[1].size, 3, 1)) return "out has a wrong length";
  return 0;
}

static PyObject *py_proxy(PyObject *module, PyObject *args) {
  Py_buffer b[PROXY_COUNT];
  Areas areas[2];
  int width, height, channels;
  (void)module;
  if (!PyArg_ParseTuple(args, "y*iiiiy*y*iy*y*w*w*:proxy", &b[WHOLE], &width, &height, &channels,
                        &areas[0].box, &b[ACROSS], &b[ACROSS_WEIGHTS], &areas[1].box, &b[DOWN],
                        &b[DOWN_WEIGHTS], &b[PROXY_SCRATCH], &b[PROXY_OUT]))
    return 0;
  const char *fault = proxy_fault(width, height, channels, areas, b);
  if (!fault) {
    PyThreadState *state = PyEval_SaveThread();
    proxy_pixels(b[WHOLE].buf, width, height, channels, &areas[0], &areas[1],
                 b[PROXY_SCRATCH].buf, b[PROXY_OUT].buf);
    PyEval_RestoreThread(state);
  }
  release(b, PROXY_COUNT);
  return fault ? refuse(fault) : nothing();
}

/* ---- the module ---- */

static int add_version(PyObject *module) {
  return PyModule_AddIntConstant(module, "version", KERNELS_VERSION);
}

static PyMethodDef METHODS[] = {
    {"blur", py_blur, METH_VARARGS, "9-tap blur of a float32 plane."},
    {"blur_scratch", py_blur_scratch, METH_VARARGS, "Floats that blur needs."},
    {"ssimulacra2_sums", py_ssimulacra2_sums, METH_VARARGS, "Error sums of two pictures."},
    {"ssimulacra2_scratch", py_ssimulacra2_scratch, METH_VARARGS, "Floats that the sums need."},
    {"resize", py_resize, METH_VARARGS, "Resample in linear light."},
    {"resize_scratch", py_resize_scratch, METH_VARARGS, "Floats that resize needs."},
    {"proxy", py_proxy, METH_VARARGS, "Shrink by areas, in whole numbers."},
    {"proxy_scratch", py_proxy_scratch, METH_VARARGS, "Floats that proxy needs."},
    {0, 0, 0, 0},
};

static PyModuleDef_Slot SLOTS[] = {{Py_mod_exec, (void *)add_version}, {0, 0}};

static PyModuleDef MODULE = {
    .m_base = {.ob_base = {.ob_refcnt = 1}},
    .m_name = "_kernels",
    .m_doc = "Compiled kernels; see kernels/__init__.py.",
    .m_methods = METHODS,
    .m_slots = SLOTS,
};

EXPORTED PyObject *PyInit__kernels(void) { return PyModuleDef_Init(&MODULE); }
