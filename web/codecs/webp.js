// WebP by libwebp; its lossy side always has 4:2:0 chroma.
import { dotted, encodeFreeing, hasSimd, startEmscripten } from "./wasm.js";

const LIBWEBP = "1.1.0";
// Lossless: the effort that "quality" means there; libwebp's own default.
const LOSSLESS_EFFORT = 75;
const MAX_METHOD = 6;
/** Largest picture whose chroma is sharpened: it takes 9 of 20 bytes of memory per pixel. */
const SHARP_UP_TO_PX = 8_000_000;

/** @type {import("./index.js").Codec} */
export const codec = {
  format: "webp",
  version: `libwebp ${LIBWEBP} (@jsquash/webp 1.5.0)`,
  files: [
    "webp/codec/enc/webp_enc_simd.js",
    "webp/codec/enc/webp_enc_simd.wasm",
    "webp/codec/enc/webp_enc.js",
    "webp/codec/enc/webp_enc.wasm",
    "webp/codec/dec/webp_dec.js",
    "webp/codec/dec/webp_dec.wasm",
  ],
  async load(base) {
    const module = await startEmscripten(`${base}webp/codec/enc/webp_enc${hasSimd() ? "_simd" : ""}`);
    const found = dotted(module.version());
    if (found !== LIBWEBP) throw new Error(`this is libwebp ${found}, ${LIBWEBP} was expected; build the site again`);
    return (rgba, width, height, trial) => encodeFreeing(module, rgba, width, height, options(trial));
  },
  async loadDecoder(base) {
    const module = await startEmscripten(`${base}webp/codec/dec/webp_dec`);
    return (bytes) => module.decode(bytes);
  },
};

/** @param {import("./index.js").Trial} trial */
function options(trial) {
  const lossless = trial.lossless ? 1 : 0;
  const sharp = !lossless && trial.width * trial.height <= SHARP_UP_TO_PX;
  return {
    ...NEUTRAL,
    quality: lossless ? LOSSLESS_EFFORT : trial.quality,
    method: Math.min(trial.speed, MAX_METHOD),
    lossless,
    exact: lossless, // colours under transparent pixels stay
    use_sharp_yuv: sharp ? 1 : 0, // colours of thin lines survive 4:2:0
  };
}

// Every other field of libwebp's WebPConfig, at libwebp's own defaults (encode.h, WebPConfigInit).
const NEUTRAL = {
  target_size: 0,
  target_PSNR: 0,
  sns_strength: 50,
  filter_strength: 60,
  filter_sharpness: 0,
  filter_type: 1,
  partitions: 0,
  segments: 4,
  pass: 1,
  show_compressed: 0,
  preprocessing: 0,
  autofilter: 0,
  partition_limit: 0,
  alpha_compression: 1,
  alpha_filtering: 1,
  alpha_quality: 100,
  image_hint: 0,
  emulate_jpeg_size: 0,
  thread_level: 0,
  low_memory: 0,
  near_lossless: 100,
  use_delta_palette: 0,
};
