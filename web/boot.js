// Starts Pyodide with our package, and tells how far it is in bytes.

import { assets } from "./assets.js";
import { createBridge } from "./bridge.js";
import { checkWebAssembly, watchInstantiation } from "./webassembly.js";

/** What is loaded before the first picture; Pillow and models wait until something needs them. */
const PACKAGES = ["numpy", "eyebright"];

/** Files that every start fetches and that are large enough to be seen moving. */
const COUNTED = /^pyodide\/(pyodide\.asm\.wasm|python_stdlib\.zip|(numpy|eyebright)-.*\.whl)$/;

/**
 * @param {(boot: import("./protocol.js").Boot) => void} tell
 * @returns {{bridge: ReturnType<typeof createBridge>, python: Promise<any>}} what host/browser imports, at once, and
 *   Pyodide with it, numpy and our package
 */
export function bootPython(tell) {
  const counter = countFetches(tell);
  const starting = startPyodide(counter.awaiting);
  const bridge = createBridge(starting, assets);
  bridge.prepare();
  return { bridge, python: finish(starting, bridge, counter) };
}

async function finish(starting, bridge, counter) {
  try {
    const pyodide = await starting;
    await checkPackages(pyodide);
    pyodide.registerJsModule("eyebright_js", bridge);
    counter.say("starting");
    return pyodide;
  } finally {
    counter.stop();
  }
}

/** @param {<T>(address: string, coming: Promise<T>) => Promise<T>} awaiting */
async function startPyodide(awaiting) {
  checkWebAssembly();
  const script = (name) => awaiting(`${assets.pyodide}${name}`, import(`${assets.pyodide}${name}`));
  const [{ loadPyodide }, { default: createPyodideModule }] =
    await Promise.all([script("pyodide.mjs"), script("pyodide.asm.mjs")]);
  const { failure, stop } = watchInstantiation();
  const loading = loadPyodide({
    indexURL: assets.pyodide,
    packageBaseUrl: assets.pyodide,
    lockFileURL: `${assets.pyodide}pyodide-lock.json`,
    stdLibURL: `${assets.pyodide}python_stdlib.zip`,
    createPyodideModule,
    packages: PACKAGES, // fetched while the interpreter starts
  });
  return Promise.race([loading, failure]).finally(stop);
}

/** Loading a package does not throw when it fails: ask again for what is missing, and listen. */
async function checkPackages(pyodide) {
  const missing = () => PACKAGES.filter((name) => !pyodide.loadedPackages[name]);
  if (missing().length === 0) return;
  const faults = [];
  await pyodide.loadPackage(missing(), { errorCallback: (text) => faults.push(text) });
  if (missing().length > 0) throw new Error(`${missing().join(" and ")} did not load: ${faults.join("; ")}`);
}

/**
 * Count what this worker fetches, part by part as it arrives, and tell which files of Pyodide are still to come.
 * @param {(boot: import("./protocol.js").Boot) => void} tell
 */
function countFetches(tell) {
  const sizes = Object.entries(assets.sizes).filter(([name]) => COUNTED.test(name));
  const total = sizes.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const loaded = new Map(sizes.map(([name]) => [name, 0]));
  /** @type {Set<string>} */
  const awaits = new Set();
  const say = (what) => tell({ what, loaded: [...loaded.values()].reduce((a, b) => a + b, 0), total, awaits: [...awaits] });
  const awaiting = (address, coming) => {
    const name = nameOf(address);
    if (!name.startsWith("pyodide/")) return coming;
    awaits.add(name);
    say("loading");
    const come = () => { awaits.delete(name); say("loading"); };
    coming.then(come, come);
    return coming;
  };
  const plainFetch = self.fetch;
  self.fetch = (request, init) => {
    const address = request instanceof Request ? request.url : String(request);
    const name = nameOf(address);
    const answer = plainFetch(request, init);
    const count = (bytes) => {
      loaded.set(name, bytes);
      say("loading");
    };
    if (!loaded.has(name)) return awaiting(address, answer);
    const copy = answer.then((response) => response.clone());
    awaiting(address, copy.then((response) => follow(response, count))).catch(() => undefined); // its real reader tells
    return copy.then(() => answer);
  };
  say("loading");
  return { say, awaiting, stop: () => { self.fetch = plainFetch; } };
}

/** "pyodide/pyodide.asm.wasm" of ".../pyodide-1a2b3c/pyodide.asm.wasm". */
function nameOf(address) {
  const [folder = "", file] = address.split("/").slice(-2);
  return `${folder.replace(/-[^-]*$/, "")}/${file}`;
}

/**
 * @param {Response} copy
 * @param {(bytes: number) => void} tell
 */
async function follow(copy, tell) {
  let bytes = 0;
  const reader = copy.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.length;
    tell(bytes);
  }
}
