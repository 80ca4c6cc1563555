// The engine: one worker that runs the Python package and hands it the client's requests.

import { bootPython } from "./boot.js";
import { entering, leaving } from "./crossings.js";
import { takeDrawing } from "./drawings.js";
import { InputError, LimitExceeded } from "./errors.js";
import { messageOf } from "./protocol.js";
import { RELEASE } from "./release.js";

/** Largest file that is read, bytes: a quarter of what wasm can address, as its pixels come beside it. */
const MOST_BYTES = 2 ** 30;

/** Cores on which opening the models beside Python's start takes longer than after it: on two, the first result of a
 * second visit took 3.6 s, and 3.2 s with the models opened after (medians of four, Chromium 156). */
const FEW_CORES = 2;
/** Milliseconds after which a start is taken to wait for the network, so that the cores are free for the models. Our choice. */
const STARTED_MS = 2000;

self.postMessage({ release: RELEASE }); // before anything large is fetched
const { bridge, python } = bootPython((boot) => self.postMessage({ boot }));
/** @type {Promise<{dispatcher: any}>} the proxy of eyebright.worker.Dispatcher */
const engine = python.then((pyodide) => {
  // After a fatal error (a stack or memory at its end) Pyodide answers nothing any more.
  pyodide._api.on_fatal = (error) => self.postMessage({ dead: messageOf(error) });
  return { dispatcher: pyodide.pyimport("eyebright.worker").Dispatcher() };
});
engine.then(() => self.postMessage({ ready: true }), (error) => self.postMessage({ dead: messageOf(error) }));

self.onmessage = async ({ data: { id, method, args, blobs, drawn, prepareModels } }) => {
  if (prepareModels) return coresAreFree().then(bridge.prepareModels);
  if (drawn) return takeDrawing(drawn);
  try {
    const { dispatcher } = await engine;
    if (method === "ping") self.postMessage({ id, pong: true });
    else if (method === "cancel") dispatcher.cancel(id);
    else await answer(dispatcher, id, method, args, blobs);
  } catch (error) {
    self.postMessage({ id, error: messageOf(error) });
  }
};

async function coresAreFree() {
  if ((navigator.hardwareConcurrency ?? 1) > FEW_CORES) return;
  const patience = new Promise((resolve) => setTimeout(resolve, STARTED_MS));
  await Promise.race([python.catch(() => undefined), patience]); // a start that fails is told where it is awaited
}

/**
 * @param {any} dispatcher
 * @param {number} id
 * @param {string} method
 * @param {object} args
 * @param {Blob[]} blobs
 */
async function answer(dispatcher, id, method, args, blobs) {
  const files = await Promise.all(blobs.map(readBlob));
  for (const file of files) entering(file.length);
  const onProgress = (json) => self.postMessage({ id, progress: JSON.parse(json) });
  const pyReply = await dispatcher.handle(id, method, JSON.stringify(args), files, onProgress);
  const [json, data] = pyReply.toJs();
  leaving(data.length);
  pyReply.destroy();
  const { result, error } = JSON.parse(json);
  if (error) self.postMessage({ id, error });
  else self.postMessage({ id, result: method === "optimise" ? withBlob(result, data) : result });
}

/** @param {Blob} blob */
async function readBlob(blob) {
  if (blob.size > MOST_BYTES) {
    throw new LimitExceeded(`the file has ${(blob.size / 1e9).toFixed(1)} GB, and at most 1 GB is read here; use a smaller copy`);
  }
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw new InputError(`the file cannot be read (${error.name}); was it moved or changed? Choose it again`);
  }
}

function withBlob({ report, record }, data) {
  return { blob: new Blob([data], { type: report.mime }), report, record };
}
