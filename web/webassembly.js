// WebAssembly where a host makes it hard: refused, of another media type, not there. Pyodide writes such
// faults to the console only and then waits for ever; here they become errors that say what to change.

import { EngineError } from "./errors.js";

/** The least module there is: its magic number and version (WebAssembly Core 2.0, section 5.5.16). */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Throws an EngineError with the remedy where this worker may not run WebAssembly. */
export function checkWebAssembly() {
  if (typeof WebAssembly === "undefined") {
    throw new EngineError("this browser runs no WebAssembly, which some switch off for safety; switch it on, or use another browser");
  }
  try {
    new WebAssembly.Module(EMPTY);
  } catch (error) {
    throw new EngineError(
      "WebAssembly is refused by the Content-Security-Policy with which engine.worker.js is served; "
        + "add 'wasm-unsafe-eval' to its script-src (script-src 'self' 'wasm-unsafe-eval')",
      String(error),
    );
  }
}

/**
 * Browsers compile a module while it arrives only if its media type is this one, without parameters.
 * @param {Response} response
 * @returns {Response} the same, or its body under the right type
 */
export function asWasm(response) {
  if (response.headers.get("Content-Type")?.toLowerCase() === "application/wasm") return response;
  return new Response(response.body, { headers: { "Content-Type": "application/wasm" } });
}

/**
 * Until stopped, WebAssembly.instantiateStreaming takes answers of any media type, and what it cannot start is told.
 * @returns {{failure: Promise<never>, stop: () => void}} `failure` rejects with an EngineError that names the file
 */
export function watchInstantiation() {
  const streaming = WebAssembly.instantiateStreaming;
  /** @type {(error: EngineError) => void} */
  let tell;
  /** @type {Promise<never>} */
  const failure = new Promise((_, reject) => { tell = reject; });
  WebAssembly.instantiateStreaming = async (source, imports) => {
    let answer = null;
    try {
      answer = await source;
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      return await streaming.call(WebAssembly, asWasm(answer), imports);
    } catch (error) {
      tell(new EngineError(`${faultOf(answer, error)}; check that all of the engine's files are there, unchanged`, String(error)));
      throw error;
    }
  };
  return { failure, stop: () => { WebAssembly.instantiateStreaming = streaming; } };
}

/**
 * @param {Response | null} answer null where none came
 * @param {Error} error
 */
function faultOf(answer, error) {
  if (!answer) return `its WebAssembly could not be fetched (${error.message})`;
  const type = answer.headers.get("Content-Type") ?? "no media type";
  return `${answer.url} does not start as WebAssembly (${error.message}; ${type})`;
}
