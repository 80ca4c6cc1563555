// JPEG XL by libjxl. The build tells no version, so the pinned commit speaks for it.
import { encodeFreeing, startEmscripten } from "./wasm.js";

/**
 * Pixels up to which all is coded losslessly. The encoder always writes an alpha channel, and quantises
 * it: up to 360 pixels, opaque pictures came out at 240 to 253 of 255 (tried from 1x1 to 2000x1100).
 */
const LOSSLESS_UP_TO = 1024;

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
    return (rgba, width, height, trial) => encodeFreeing(module, rgba, width, height, options(trial));
  },
  async loadDecoder(base) {
    const module = await startEmscripten(`${base}jxl/codec/dec/jxl_dec`);
    return (bytes) => module.decode(bytes);
  },
};

/** @param {import("./index.js").Trial} trial */
function options(trial) {
  const lossless = trial.lossless || trial.width * trial.height <= LOSSLESS_UP_TO;
  return {
    effort: trial.speed,
    quality: lossless ? 100 : Math.min(trial.quality, 99), // 100 means lossless to this build
    progressive: false,
    epf: -1, // the encoder decides
    lossyPalette: false,
    decodingSpeedTier: 0,
    photonNoiseIso: 0,
    lossyModular: false,
  };
}
