// Runs models in a worker of its own, so that ending it stops a slow one and gives all its memory back.

import { Inference } from "./infer.js";
import { messageOf } from "./protocol.js";

/** @type {Inference} */
let inference;

self.onmessage = async ({ data: { start, run } }) => {
  if (start) {
    inference = new Inference(start.base);
    return;
  }
  try {
    self.postMessage({ done: await inference.run(run.key, () => run.model, run.inputs) });
  } catch (error) {
    self.postMessage({ error: messageOf(error) });
  }
};
