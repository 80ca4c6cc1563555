/* Rows of codes to linear light with premultiplied alpha, and back to the nearest codes. */
#include "kernels.h"

#define INLINE static inline __attribute__((always_inline))

INLINE unsigned sample(const void *samples, size_t i, int wide) {
  return wide ? ((const u16 *)samples)[i] : ((const u8 *)samples)[i];
}

INLINE void store(void *samples, size_t i, unsigned code, int wide) {
  if (wide)
    ((u16 *)samples)[i] = (u16)code;
  else
    ((u8 *)samples)[i] = (u8)code;
}

INLINE void lighten(const Raster *picture, size_t i, int channels, int wide, float *out) {
  const Curves *curves = picture->curves;
  const float *linear = curves->linear, most = (float)(curves->codes - 1);
  for (const float *end = out + (size_t)picture->width * LANES; out < end;
       i += channels, out += LANES) {
    float alpha = channels == 4 ? (float)sample(picture->samples, i + 3, wide) / most : 1.0f;
    for (int c = 0; c < 3; c++)
      out[c] = linear[curves->codes * c + sample(picture->samples, i + c, wide)] * alpha;
    out[3] = alpha;
  }
}

void light_row(const Raster *picture, int y, float *out) {
  size_t first = (size_t)y * picture->width * picture->channels;
  int wide = picture->curves->codes == WIDE_CODES;
  if (picture->channels == 3 && !wide)
    lighten(picture, first, 3, 0, out);
  else if (picture->channels == 3)
    lighten(picture, first, 3, 1, out);
  else if (!wide)
    lighten(picture, first, 4, 0, out);
  else
    lighten(picture, first, 4, 1, out);
}

/* What is no number is dark. */
static float within(float v) { return v > 0 ? v < 1 ? v : 1 : 0; }

INLINE unsigned nearest(float light, int channel, const Curves *curves, int wide) {
  const float *thresholds = curves->thresholds + curves->codes * channel;
  float v = within(light);
  size_t guess = (size_t)(curves->steps + 1) * channel + (size_t)(v * (float)curves->steps);
  unsigned code = sample(curves->guesses, guess, wide);
  while (thresholds[code] <= v) code++;
  return code;
}

INLINE void darken(const float *light, int n, int channels, const Curves *curves, int wide,
                   void *out, size_t i) {
  float most = (float)(curves->codes - 1);
  for (const float *end = light + (size_t)n * LANES; light < end; light += LANES, i += channels) {
    unsigned alpha = channels == 4 ? (unsigned)(within(light[3]) * most + 0.5f) : 1;
    float scale = channels == 4 && alpha ? 1.0f / light[3] : 1.0f;
    for (int c = 0; c < 3; c++)
      store(out, i + c, alpha ? nearest(light[c] * scale, c, curves, wide) : 0, wide);
    if (channels == 4) store(out, i + 3, alpha, wide);
  }
}

void code_row(const float *light, int n, int channels, const Curves *curves, void *out,
              size_t first) {
  if (curves->codes == WIDE_CODES)
    darken(light, n, channels, curves, 1, out, first * channels);
  else
    darken(light, n, channels, curves, 0, out, first * channels);
}
