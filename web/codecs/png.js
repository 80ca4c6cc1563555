// PNG by oxipng, always lossless: colours under transparent pixels stay too.
import { compile, watchMemory } from "./wasm.js";

const MAX_LEVEL = 6;

/** @type {import("./index.js").Codec} */
export const codec = {
  format: "png",
  version: "oxipng 9.1.1 (@jsquash/oxipng 2.3.0)",
  files: ["oxipng/codec/pkg/squoosh_oxipng.js", "oxipng/codec/pkg/squoosh_oxipng_bg.wasm"],
  async load(base) {
    const stem = `${base}oxipng/codec/pkg/squoosh_oxipng`;
    const [oxipng, wasm] = await Promise.all([import(`${stem}.js`), compile(`${stem}_bg.wasm`)]);
    watchMemory(await oxipng.default(wasm));
    return (rgba, width, height, trial) =>
      oxipng.optimise_raw(rgba, width, height, Math.min(trial.speed, MAX_LEVEL), false, false);
  },
};
