// Loading WebAssembly codecs by address, without bundler, without `eval`.

import { release } from "../memory.js";
import { asWasm } from "../webassembly.js";

/** @type {Map<string, WebAssembly.Module>} by address */
const compiled = new Map();

/** Modules that this worker compiled or was given, for others: they are fast at once where these have run before. */
export function modules() {
  return compiled;
}

/** @param {Map<string, WebAssembly.Module>} known of other workers */
export function reuse(known) {
  for (const [address, module] of known) compiled.set(address, module);
}

/**
 * Compile a module, unless it is there; also from hosts that serve it with another type than application/wasm.
 * @param {string} address
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(address) {
  const module = compiled.get(address) ?? await fetchModule(address);
  compiled.set(address, module);
  return module;
}

/** @param {string} address */
async function fetchModule(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}; is the site complete?`);
  return WebAssembly.compileStreaming(asWasm(response));
}

/** @type {WebAssembly.Memory[]} */
const memories = [];

/**
 * Remember a codec's memory, so that it can be told how much is held.
 * @param {object} exports of its instance
 */
export function watchMemory(exports) {
  memories.push(...Object.values(exports).filter((one) => one instanceof WebAssembly.Memory));
}

/** Bytes that the codecs of this worker hold: WebAssembly's memory grows, and never shrinks. */
export function heldBytes() {
  return memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

/**
 * Start an Emscripten codec: `<stem>.js` holds its factory, `<stem>.wasm` its code.
 * @param {string} stem address without ending
 * @returns {Promise<any>} the module, with its embind functions
 */
export async function startEmscripten(stem) {
  const [{ default: factory }, wasm] = await Promise.all([import(`${stem}.js`), compile(`${stem}.wasm`)]);
  const module = await instantiated(factory, wasm);
  if (module.wasmMemory) memories.push(module.wasmMemory); // of threads: made outside, not exported
  return module;
}

/**
 * @param {Function} factory
 * @param {WebAssembly.Module} wasm
 * @returns {Promise<any>}
 */
function instantiated(factory, wasm) {
  return new Promise((resolve, reject) => {
    // The factory waits for ever when instantiation fails, so its failure is caught here.
    const instantiateWasm = (imports, done) => {
      const begin = (instance) => {
        watchMemory(instance.exports);
        done(instance, wasm);
      };
      WebAssembly.instantiate(wasm, imports).then(begin, reject);
      return {};
    };
    factory({ noInitialRun: true, instantiateWasm, onAbort: (what) => reject(new Error(`aborted: ${what}`)) })
      .then(resolve, reject);
  });
}

/**
 * Encode, and give the pixels' memory back before the work begins: embind has copied them by the time that it
 * reads the options, the last argument. That is a quarter of the memory that a large JPEG takes.
 * @param {any} module with `encode(pixels, width, height, options)`
 * @param {Uint8Array} rgba not usable afterwards where the browser can free it
 * @param {number} width
 * @param {number} height
 * @param {object} options
 * @returns {Uint8Array | null}
 */
export function encodeFreeing(module, rgba, width, height, options) {
  const [[first, value]] = Object.entries(options);
  const read = () => {
    release(rgba);
    return value;
  };
  return module.encode(rgba, width, height, Object.defineProperty({ ...options }, first, { get: read }));
}

/**
 * Whether this machine runs 128-bit SIMD: a function that makes one i8x16 splat.
 * @returns {boolean}
 */
export function hasSimd() {
  return WebAssembly.validate(SIMD_PROBE);
}

// (module (func (result v128) (i8x16.splat (i32.const 0)))), by the core specification's binary format.
const SIMD_PROBE = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version 1
  0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, // type: () -> v128
  0x03, 0x02, 0x01, 0x00, // function 0 of that type
  0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b, // i32.const 0, i8x16.splat, end
]);

/**
 * A version number as libwebp and mozjpeg tell it: one byte each for major, minor and patch.
 * @param {number} packed
 */
export function dotted(packed) {
  return `${(packed >> 16) & 255}.${(packed >> 8) & 255}.${packed & 255}`;
}
