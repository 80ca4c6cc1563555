// The engine: one worker that boots Pyodide, runs the package, and keeps the codec workers.

import { assets } from "./assets.js";
import { createBridge } from "./bridge.js";
import { InputError } from "./errors.js";
import { messageOf } from "./protocol.js";
import { countFetches } from "./boot.js";

/** What is loaded before the first picture; Pillow and models wait until something needs them. */
const PACKAGES = ["numpy", "eyebright"];

/** @type {Promise<Engine>} */
const engine = boot();
engine.then(() => self.postMessage({ ready: true }), (error) => self.postMessage({ dead: messageOf(error) }));

self.onmessage = async ({ data: { id, method, args, blobs } }) => {
  try {
    const { dispatcher } = await engine;
    if (method === "cancel") dispatcher.cancel(id);
    else await answer(dispatcher, id, method, args, blobs);
  } catch (error) {
    self.postMessage({ id, error: messageOf(error) });
  }
};

/** @typedef {{dispatcher: any}} Engine the proxy of eyebright.worker.Dispatcher */

/** @returns {Promise<Engine>} */
async function boot() {
  const counter = countFetches(assets.sizes, (what, loaded, total) => self.postMessage({ boot: { what, loaded, total } }));
  try {
    const { loadPyodide } = await import(`${assets.pyodide}pyodide.mjs`);
    const pyodide = await loadPyodide({
      indexURL: assets.pyodide,
      packageBaseUrl: assets.pyodide,
      lockFileURL: `${assets.pyodide}pyodide-lock.json`,
      stdLibURL: `${assets.pyodide}python_stdlib.zip`,
      packages: PACKAGES, // fetched while the interpreter starts
    });
    await checkPackages(pyodide);
    pyodide.registerJsModule("eyebright_js", createBridge(pyodide, assets));
    counter.say("starting");
    const dispatcher = pyodide.pyimport("eyebright.worker").Dispatcher();
    return { dispatcher };
  } finally {
    counter.stop();
  }
}

/** Loading a package does not throw when it fails: ask again for what is missing, and listen. */
async function checkPackages(pyodide) {
  const missing = PACKAGES.filter((name) => !pyodide.loadedPackages[name]);
  if (missing.length === 0) return;
  const faults = [];
  await pyodide.loadPackage(missing, { errorCallback: (text) => faults.push(text) });
  const lost = missing.filter((name) => !pyodide.loadedPackages[name]);
  if (lost.length > 0) throw new Error(`${lost.join(" and ")} did not load: ${faults.join("; ")}`);
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
  const onProgress = (json) => self.postMessage({ id, progress: JSON.parse(json) });
  const pyReply = await dispatcher.handle(id, method, JSON.stringify(args), files, onProgress);
  const [json, data] = pyReply.toJs();
  pyReply.destroy();
  const { result, error } = JSON.parse(json);
  if (error) self.postMessage({ id, error });
  else self.postMessage({ id, result: method === "optimise" ? withBlob(result, data) : result });
}

/** @param {Blob} blob */
async function readBlob(blob) {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw new InputError(`the file cannot be read (${error.name}); was it moved or changed? Choose it again`);
  }
}

function withBlob(report, data) {
  return { blob: new Blob([data], { type: report.mime }), report };
}
