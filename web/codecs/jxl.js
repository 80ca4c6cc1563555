// JPEG XL by libjxl. The build tells no version, so the pinned commit speaks for it.
import { startEmscripten } from "./wasm.js";

/** @type {import("./index.js").Codec} */
export const codec = {
  format: "jxl",
  version: "libjxl 9f544641 (@jsquash/jxl 1.3.0)",
  files: [
    "jxl/codec/enc/jxl_enc.js",
    "jxl/codec/enc/jxl_enc.wasm",
    "jxl/codec/dec/jxl_dec.js",
    "jxl/codec/dec/jxl_dec.wasm",
  ],
  async load(base) {
    const module = await startEmscripten(`${base}jxl/codec/enc/jxl_enc`);
    return (rgba, width, height, trial) => module.encode(rgba, width, height, options(trial));
  },
  async loadDecoder(base) {
    const module = await startEmscripten(`${base}jxl/codec/dec/jxl_dec`);
    return (bytes) => module.decode(bytes);
  },
};

/** @param {import("./index.js").Trial} trial */
function options(trial) {
  return {
    effort: trial.speed,
    quality: trial.lossless ? 100 : Math.min(trial.quality, 99), // 100 means lossless to this build
    progressive: false,
    epf: -1, // the encoder decides
    lossyPalette: false,
    decodingSpeedTier: 0,
    photonNoiseIso: 0,
    lossyModular: false,
  };
}
