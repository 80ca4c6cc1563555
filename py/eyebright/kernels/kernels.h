/* What the kernels share: types, the 9-tap blur, and the functions that module.c offers.
 *
 * No libc, no allocation: scratch memory comes from the caller, its size in floats from the
 * *_scratch functions. Only +, -, *, / on floats in a fixed order (built without contraction),
 * so that every build gives the same bits.
 */
#ifndef EYEBRIGHT_KERNELS_H
#define EYEBRIGHT_KERNELS_H

/* Of the calls in this header; kernels/__init__.py checks it. */
enum { KERNELS_VERSION = 4 };

typedef __SIZE_TYPE__ size_t;
typedef unsigned char u8;

/* Four floats that may stand at any address. */
typedef float f4 __attribute__((vector_size(16), aligned(4), may_alias));

/* The blur: 9 taps, symmetric, zero padding. REACH pixels are read on each side. */
enum { REACH = 4, TAPS = 2 * REACH + 1 };

/* Filters a row of n pixels; row[-REACH] to row[n + REACH - 1] are read. */
void blur_row(const float *row, int n, float *out);

/* Filters n columns of TAPS rows, from column x on. */
void blur_columns(const float *const rows[TAPS], int x, int n, float *out);

/* Blurs a plane of width x height floats. */
size_t blur_scratch(int width);
void blur_plane(const float *plane, int width, int height, float *scratch, float *out);

/* The sums behind SSIMULACRA2's error norms, tile by tile; see ssimulacra2.c. A tile has
 * 2^TILE_SHIFT pixels a side at scale 1:1, half of them at the next, and so on. */
enum { CHANNELS = 3, MAX_SCALES = 6, SUMS = 6, TILE_SHIFT = 6 };
enum { WANT_SSIM = 1, WANT_EDGES = 2 };

typedef struct {
  const u8 *codes;
  int channels; /* 3, or 4 with straight alpha */
} Picture;

typedef struct {
  int width, height, scales;
  const u8 *plan; /* CHANNELS x scales of WANT_ flags */
} Task;

size_t ssimulacra2_scratch(const Task *task);
size_t ssimulacra2_tiles(const Task *task);
void ssimulacra2_sums(const Task *task, const Picture pictures[2], float background,
                      const float *linear, float *scratch, double *sums);

/* Resampling by two sets of weights; see resize.c. */
typedef struct {
  int size, taps;       /* outputs, and inputs that each one weighs */
  const int *starts;    /* first input of each output, never falling */
  const float *weights; /* size x taps */
} Filter;

enum { CODES = 256, GUESSES = 4096 };

typedef struct {           /* of the three channels, one behind the other */
  const float *linear;     /* 3 x CODES: linear light of a code */
  const float *thresholds; /* 3 x CODES: linear light where the next code begins */
  const u8 *guesses;       /* 3 x (GUESSES + 1): a code not above the right one */
} Curves;

size_t resize_scratch(int width, int out_width, int row_taps);
void resize_pixels(const u8 *pixels, int width, int channels, const Filter *columns,
                   const Filter *rows, const Curves *curves, float *scratch, u8 *out);

/* Shrinking by boxes and areas, in whole numbers; see proxy.c. */
enum { SPAN = 3 };

typedef struct {
  int size, box;      /* outputs along a side, and pixels of a box */
  const int *firsts;  /* first box under each output, never falling */
  const int *weights; /* size x SPAN, of WEIGHT bits */
} Areas;

size_t proxy_scratch(int width, int box);
void proxy_pixels(const u8 *pixels, int width, int height, int channels, const Areas *columns,
                  const Areas *rows, float *scratch, u8 *out);

#endif
