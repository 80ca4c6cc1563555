/* The kernels that resize, for Python: one call for all methods. */
#include "buffers.h"

enum { MOST_SIDE = 0x7fffffff, MOST_STEPS = 1 << 24 /* whole numbers that floats tell apart */ };

static const char too_large[] = "the picture is too large for this machine's memory";

static size_t scratch_rows(int method, int row_taps) {
  if (method == SEPARABLE) return separable_rows(row_taps);
  return method == PERCEPTUAL ? PERCEPTUAL_ROWS : DPID_ROWS;
}

/* 0 where no memory can hold them. */
static size_t scratch_floats(int method, int width, int out_width, int row_taps) {
  const size_t most = (size_t)-1 / 2 / sizeof(float) / LANES;
  size_t rows = scratch_rows(method, row_taps), row = (size_t)width;
  if (row > most || rows > (most - row) / (size_t)out_width) return 0;
  return LANES * (row + rows * (size_t)out_width);
}

static void scale(int method, const Scaling *task, float *scratch) {
  if (method == SEPARABLE)
    separable(task, scratch);
  else if (method == PERCEPTUAL)
    perceptual(task, scratch);
  else
    dpid(task, method == DPID_ONE ? 1 : 2, scratch);
}

PyObject *py_resize_scratch(PyObject *module, PyObject *args) {
  int method, width, out_width, row_taps;
  (void)module;
  if (!PyArg_ParseTuple(args, "iiii:resize_scratch", &method, &width, &out_width, &row_taps))
    return 0;
  if (method < 0 || method >= WAYS) return refuse("there is no such method");
  if (width < 1 || out_width < 1 || row_taps < 1) return refuse("sizes must be at least 1");
  size_t floats = scratch_floats(method, width, out_width, row_taps);
  return floats ? PyLong_FromSsize_t((Py_ssize_t)floats) : refuse(too_large);
}

enum {
  PIXELS, COLUMNS, COLUMN_WEIGHTS, ROWS, ROW_WEIGHTS, LIGHT, THRESHOLDS, GUESSES, SCRATCH, OUT,
  COUNT
};

static const char unaligned[] = "a buffer must stand at a multiple of its items' size";

/* Fills the filter over `inputs` items from its buffers, or says what is wrong with them. */
static const char *filter_fault(Filter *filter, const Py_buffer *starts, const Py_buffer *weights,
                                int inputs) {
  Py_ssize_t size = starts->len / (Py_ssize_t)sizeof(int);
  Py_ssize_t items = weights->len / (Py_ssize_t)sizeof(float);
  if (size < 1 || items < size || items % size) return "filter weights have a wrong length";
  if (size > MOST_SIDE) return too_large;
  if (items / size > inputs) return "a filter reaches outside the picture";
  if (!is_aligned(starts, sizeof(int)) || !is_aligned(weights, sizeof(float))) return unaligned;
  filter->size = (int)size;
  filter->taps = (int)(items / size);
  filter->starts = starts->buf;
  filter->weights = weights->buf;
  for (int i = 0; i < filter->size; i++) {
    int start = filter->starts[i];
    if (start < 0 || start > inputs - filter->taps) return "a filter reaches outside the picture";
    if (i && start < filter->starts[i - 1]) return "filter starts must not fall";
  }
  return 0;
}

/* Fills the curves from their buffers, or says what is wrong with them. */
static const char *curves_fault(Curves *curves, const Py_buffer *b) {
  static const char wrong[] = "a table has a wrong length";
  if (!is_aligned(&b[LIGHT], sizeof(float)) || !is_aligned(&b[THRESHOLDS], sizeof(float)))
    return unaligned;
  if (holds(&b[LIGHT], CODES, 3, 1, sizeof(float)))
    curves->codes = CODES;
  else if (holds(&b[LIGHT], WIDE_CODES, 3, 1, sizeof(float)))
    curves->codes = WIDE_CODES;
  else
    return wrong;
  Py_ssize_t item = curves->codes == WIDE_CODES ? (Py_ssize_t)sizeof(u16) : 1;
  if (!holds(&b[THRESHOLDS], curves->codes, 3, 1, sizeof(float))) return wrong;
  if (b[GUESSES].len < 6 * item || b[GUESSES].len % (3 * item)) return wrong;
  if (b[GUESSES].len / (3 * item) - 1 > MOST_STEPS) return wrong;
  if (!is_aligned(&b[GUESSES], item)) return unaligned;
  curves->steps = (int)(b[GUESSES].len / (3 * item)) - 1;
  curves->linear = b[LIGHT].buf;
  curves->thresholds = b[THRESHOLDS].buf;
  curves->guesses = b[GUESSES].buf;
  for (int c = 1; c <= 3; c++)
    if (!(curves->thresholds[c * curves->codes - 1] > __FLT_MAX__))
      return "the last threshold of a channel must be infinite";
  return 0;
}

static const char *resize_fault(int method, Scaling *task, Curves *curves, const Py_buffer *b) {
  Raster *picture = &task->picture;
  if (method < 0 || method >= WAYS) return "there is no such method";
  if (picture->width < 1 || picture->height < 1) return "width and height must be at least 1";
  if (picture->channels != 3 && picture->channels != 4) return "channels must be 3 or 4";
  const char *fault = curves_fault(curves, b);
  if (fault) return fault;
  size_t item = curves->codes == WIDE_CODES ? sizeof(u16) : 1;
  if (!holds(&b[PIXELS], picture->width, picture->height, picture->channels, item))
    return "the picture has a wrong length";
  if (!is_aligned(&b[PIXELS], item) || !is_aligned(&b[OUT], item)) return unaligned;
  fault = filter_fault(&task->columns, &b[COLUMNS], &b[COLUMN_WEIGHTS], picture->width);
  if (!fault) fault = filter_fault(&task->rows, &b[ROWS], &b[ROW_WEIGHTS], picture->height);
  if (fault) return fault;
  if (task->first < 0 || task->last <= task->first || task->last > task->rows.size)
    return "there are no such rows";
  int columns = task->columns.size, rows = task->last - task->first;
  size_t floats = scratch_floats(method, picture->width, columns, task->rows.taps);
  if (!floats) return too_large;
  if (!has_room(&b[SCRATCH], floats)) return "scratch is too small";
  if (!is_aligned(&b[SCRATCH], sizeof(float))) return unaligned;
  if (!holds(&b[OUT], columns, rows, picture->channels, item)) return "out has a wrong length";
  return 0;
}

PyObject *py_resize(PyObject *module, PyObject *args) {
  Py_buffer b[COUNT];
  Scaling task;
  Raster *picture = &task.picture;
  Curves curves;
  int method;
  (void)module;
  if (!PyArg_ParseTuple(args, "iy*iiiy*y*y*y*iiy*y*y*w*w*:resize", &method, &b[PIXELS],
                        &picture->width, &picture->height, &picture->channels, &b[COLUMNS],
                        &b[COLUMN_WEIGHTS], &b[ROWS], &b[ROW_WEIGHTS], &task.first, &task.last,
                        &b[LIGHT], &b[THRESHOLDS], &b[GUESSES], &b[SCRATCH], &b[OUT]))
    return 0;
  const char *fault = resize_fault(method, &task, &curves, b);
  if (!fault) {
    picture->samples = b[PIXELS].buf;
    picture->curves = &curves;
    task.out = b[OUT].buf;
    PyThreadState *state = PyEval_SaveThread();
    scale(method, &task, b[SCRATCH].buf);
    PyEval_RestoreThread(state);
  }
  release(b, COUNT);
  return fault ? refuse(fault) : nothing();
}
