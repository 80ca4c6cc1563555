// Runs models in a worker of its own, so that ending it stops a slow one and gives all its memory back.

import { Inference } from "./infer.js";
import { messageOf } from "./protocol.js";

/** @type {Inference} */
let inference;
/** @type {Map<string, Uint8Array>} models that came before their first run; kept, should opening them fail then */
const early = new Map();

self.onmessage = async ({ data: { start, open, run } }) => {
  if (start) inference = new Inference(start.base);
  else if (open) await prepare(open);
  else await answer(run);
};

async function prepare({ key, model }) {
  early.set(key, model);
  try {
    await inference.prepare(key, model);
    early.delete(key);
  } catch {
    // its first run tries again, and tells
  }
  self.postMessage({ opened: key });
}

async function answer({ key, model, inputs }) {
  try {
    const done = await inference.run(key, () => model ?? early.get(key), inputs);
    early.delete(key);
    self.postMessage({ done });
  } catch (error) {
    self.postMessage({ error: messageOf(error) });
  }
}
