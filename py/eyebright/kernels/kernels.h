/* What the kernels share: types, the 9-tap blur, and the functions that module.c offers.
 *
 * No libc, no allocation: scratch memory comes from the caller, its size in floats from the
 * *_scratch functions. Only +, -, *, / on floats in a fixed order (built without contraction),
 * so that every build gives the same bits.
 */
#ifndef EYEBRIGHT_KERNELS_H
#define EYEBRIGHT_KERNELS_H

/* Of the calls in this header; kernels/__init__.py checks it. */
enum { KERNELS_VERSION = 5 };

typedef __SIZE_TYPE__ size_t;
typedef unsigned char u8;
typedef unsigned short u16;

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

/* Pictures as light; see light.c. A pixel is LANES floats: linear light times alpha, and alpha,
 * which stays 1 where the picture has none. */
enum { LANES = 4, CODES = 256, WIDE_CODES = 65536 };

typedef struct {           /* of the three channels, one behind the other */
  int codes, steps;        /* CODES or, for samples of 16 bits, WIDE_CODES; steps of the guesses */
  const float *linear;     /* 3 x codes: linear light of a code */
  const float *thresholds; /* 3 x codes: linear light where the next code begins */
  const void *guesses;     /* 3 x (steps + 1), u8 or u16: a code not above the right one */
} Curves;

typedef struct {
  const void *samples; /* u8 or, with WIDE_CODES, u16; straight alpha */
  int width, height, channels;
  const Curves *curves;
} Raster;

void light_row(const Raster *picture, int y, float *out);

/* Writes n pixels of light as codes, from pixel `first` of `out` on. */
void code_row(const float *light, int n, int channels, const Curves *curves, void *out,
              size_t first);

/* Which inputs each output weighs, and how, along one side. */
typedef struct {
  int size, taps;       /* outputs, and inputs that each one weighs */
  const int *starts;    /* first input of each output, never falling */
  const float *weights; /* size x taps */
} Filter;

/* One way from a picture to rows `first` to `last` - 1 of a smaller one. */
typedef struct {
  Raster picture;
  Filter columns, rows;
  int first, last;
  void *out; /* of these rows only */
} Scaling;

/* WAYS is how many there are. DPID_HALF is detail-preserving with a lambda of 1/2. */
enum { SEPARABLE, DPID_ONE, DPID_HALF, PERCEPTUAL, WAYS };

/* Scratch memory is a row of the picture as light and so many rows of outputs. */
size_t separable_rows(int row_taps);
enum { DPID_ROWS = 6, PERCEPTUAL_ROWS = 9 };

void separable(const Scaling *task, float *scratch);
void dpid(const Scaling *task, int roots, float *scratch);
void perceptual(const Scaling *task, float *scratch);

/* Means of what the outputs of row y cover, and of its squares unless `squares` is 0; `light`
 * is scratch memory for a row of the picture. */
void average_row(const Scaling *task, int y, float *light, float *means, float *squares);

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
