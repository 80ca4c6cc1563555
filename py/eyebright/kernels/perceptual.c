/* Perceptual downscaling: Oeztireli, Gross, Perceptually Based Downscaling of Images (ACM
 * Transactions on Graphics 34(4), 2015), the closed form that is best by SSIM.
 *
 * From the means of what each output covers, patches of 2 x 2 outputs get back the contrast
 * that the picture has there: each is its mean plus its differences times the ratio of the
 * deviations of picture and means. An output is the mean of its patches. Beyond the edge there
 * are no patches; a side of one pixel has patches of one.
 */
#include "kernels.h"

#define FLATTEST 1e-6f /* the paper's epsilon: a patch of less variance gets no contrast */

enum { NEAR = (PERCEPTUAL_ROWS - 1) / 4 }; /* of means, squares, middles and gains */

typedef struct {
  float *means, *squares; /* a row of outputs */
} Moments;

typedef struct {
  float *middles, *gains; /* a row of patches, the first one below and right of output 0 */
} Patches;

static f4 gain(f4 variance, f4 whole) {
  f4 found = {0};
  for (int c = 0; c < LANES; c++)
    if (!(variance[c] < FLATTEST)) found[c] = __builtin_sqrtf(whole[c] / variance[c]);
  return found;
}

/* The variance inside of an output; what is below zero is rounding. */
static f4 inside(const float *mean, const float *square) {
  f4 m = *(const f4 *)mean, found = *(const f4 *)square - m * m;
  for (int c = 0; c < LANES; c++) found[c] = found[c] < 0 ? 0 : found[c];
  return found;
}

static void find_patches(Moments above, Moments below, int n, Patches out) {
  for (int i = 0; i < (n > 1 ? n - 1 : 1); i++) {
    size_t left = (size_t)i * LANES, right = n > 1 ? left + LANES : left;
    const float *means[] = {above.means + left, above.means + right, below.means + left,
                            below.means + right};
    const float *squares[] = {above.squares + left, above.squares + right, below.squares + left,
                              below.squares + right};
    f4 middle = {0}, variance = {0}, whole = {0};
    for (int k = 0; k < 4; k++) middle += *(const f4 *)means[k] * 0.25f;
    for (int k = 0; k < 4; k++) {
      f4 off = *(const f4 *)means[k] - middle;
      variance += off * off * 0.25f;
      whole += inside(means[k], squares[k]) * 0.25f;
    }
    *(f4 *)(out.middles + left) = middle;
    *(f4 *)(out.gains + left) = gain(variance, whole + variance);
  }
}

/* Adds to `sum` what the patches of one row say of the means in a row; how many do. */
static void add_patches(Patches patches, const float *means, int n, float share, float *sum) {
  for (int i = 0; i < n; i++) {
    int first = i ? i - 1 : 0, last = i < n - 1 ? i : n > 1 ? n - 2 : 0;
    f4 mean = *(const f4 *)(means + (size_t)i * LANES), said = {0};
    for (int k = first; k <= last; k++) {
      f4 middle = *(const f4 *)(patches.middles + (size_t)k * LANES);
      said += middle + *(const f4 *)(patches.gains + (size_t)k * LANES) * (mean - middle);
    }
    *(f4 *)(sum + (size_t)i * LANES) += said * (share / (float)(last - first + 1));
  }
}

void perceptual(const Scaling *task, float *scratch) {
  const Filter *columns = &task->columns;
  int n = columns->size, last = task->rows.size - 1, top = task->first ? task->first - 1 : 0;
  size_t length = (size_t)n * LANES;
  float *light = scratch, *sum = light + (size_t)task->picture.width * LANES;
  Moments moments[NEAR];
  Patches patches[NEAR];
  for (int k = 0; k < NEAR; k++) {
    float *own = sum + length + (size_t)(4 * k) * length;
    moments[k] = (Moments){own, own + length};
    patches[k] = (Patches){own + 2 * length, own + 3 * length};
  }
  int next = top;
  for (int y = task->first; y < task->last; y++) {
    for (; next <= last && next <= y + 1; next++) {
      Moments *made = &moments[next % NEAR], *before = &moments[(next + 1) % NEAR];
      average_row(task, next, light, made->means, made->squares);
      if (next > top) find_patches(*before, *made, n, patches[(next + 1) % NEAR]);
      if (last == 0) find_patches(*made, *made, n, patches[0]);
    }
    int up = y > 0, down = y < last || last == 0;
    for (size_t i = 0; i < length; i++) sum[i] = 0;
    const float *means = moments[y % NEAR].means;
    float share = up && down ? 0.5f : 1.0f;
    if (up) add_patches(patches[(y + 1) % NEAR], means, n, share, sum);
    if (down) add_patches(patches[y % NEAR], means, n, share, sum);
    code_row(sum, n, task->picture.channels, task->picture.curves, task->out,
             (size_t)(y - task->first) * n);
  }
}
