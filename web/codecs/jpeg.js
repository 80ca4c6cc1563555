// JPEG by mozjpeg: trellis quantisation and overshoot deringing are its defaults. Its decoder is
// libjpeg-turbo's; the libjpeg of Pyodide's Pillow makes colours of subsampled chroma otherwise.
import { dotted, encodeFreeing, startEmscripten } from "./wasm.js";

const MOZJPEG = "3.3.1";

/** @type {import("./index.js").Codec} */
export const codec = {
  format: "jpeg",
  version: `mozjpeg ${MOZJPEG} (@jsquash/jpeg 1.6.0)`,
  files: [
    "jpeg/codec/enc/mozjpeg_enc.js",
    "jpeg/codec/enc/mozjpeg_enc.wasm",
    "jpeg/codec/dec/mozjpeg_dec.js",
    "jpeg/codec/dec/mozjpeg_dec.wasm",
  ],
  async load(base) {
    const module = await startEmscripten(`${base}jpeg/codec/enc/mozjpeg_enc`);
    const found = dotted(module.version());
    if (found !== MOZJPEG) throw new Error(`this is mozjpeg ${found}, ${MOZJPEG} was expected; build the site again`);
    return (rgba, width, height, trial) => encodeFreeing(module, rgba, width, height, options(trial));
  },
  async loadDecoder(base) {
    const module = await startEmscripten(`${base}jpeg/codec/dec/mozjpeg_dec`);
    return (bytes) => module.decode(bytes, false); // not turned: EXIF is read in one place, in Python
  },
};

/** @param {import("./index.js").Trial} trial */
function options(trial) {
  return {
    quality: trial.quality,
    baseline: false,
    arithmetic: false, // browsers do not read it
    progressive: true,
    optimize_coding: true,
    smoothing: 0,
    color_space: 3, // YCbCr
    quant_table: 3, // tuned on psychovisual metrics (ImageMagick's table), mozjpeg's own default
    trellis_multipass: false,
    trellis_opt_zero: false,
    trellis_opt_table: false,
    trellis_loops: 1,
    auto_subsample: false,
    chroma_subsample: trial.subsampling === "444" ? 1 : 2, // sampling factor of luma over chroma
    separate_chroma_quality: false,
    chroma_quality: trial.quality,
  };
}
