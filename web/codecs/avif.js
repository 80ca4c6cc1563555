// AVIF by libavif and libaom. The build tells no version, so its package speaks for it.
import { hasThreads } from "./threads.js";
import { encodeFreeing, startEmscripten } from "./wasm.js";

const VERSION = "libavif 1.0.1, libaom 3.7.0 (@jsquash/avif 2.1.1)";

/** On threads libaom codes rows beside one another: other bytes (some .2 %), the same whatever the number of threads. */
const isThreaded = hasThreads();

/** @type {import("./index.js").Codec} */
export const codec = {
  format: "avif",
  version: isThreaded ? `${VERSION}, rows in threads` : VERSION,
  files: [
    "avif/codec/enc/avif_enc.js",
    "avif/codec/enc/avif_enc.wasm",
    "avif/codec/enc/avif_enc_mt.js",
    "avif/codec/enc/avif_enc_mt.wasm",
    "avif/codec/enc/avif_enc_mt.worker.mjs",
    "avif/codec/dec/avif_dec.js",
    "avif/codec/dec/avif_dec.wasm",
  ],
  async load(base) {
    const module = await startEmscripten(`${base}avif/codec/enc/avif_enc${isThreaded ? "_mt" : ""}`);
    return (rgba, width, height, trial) => encodeFreeing(module, rgba, width, height, options(trial));
  },
  async loadDecoder(base) {
    const module = await startEmscripten(`${base}avif/codec/dec/avif_dec`);
    return (bytes, bits = 8) => module.decode(bytes, bits);
  },
};

/** @param {import("./index.js").Trial} trial */
function options(trial) {
  return {
    quality: trial.lossless ? 100 : trial.quality,
    qualityAlpha: -1, // as quality
    denoiseLevel: 0,
    tileColsLog2: 0,
    tileRowsLog2: 0,
    speed: trial.speed,
    subsample: trial.lossless || trial.subsampling === "444" ? 3 : 1, // 1 is 4:2:0, 3 is 4:4:4
    chromaDeltaQ: false,
    sharpness: 0,
    tune: 0, // the build's own choice: SSIM from quality 50 up, PSNR below
    enableSharpYUV: false,
    bitDepth: 8,
  };
}
