// The JavaScript API: makes the one engine worker and speaks with it.
//
//   const eyebright = await createEyebright({ onProgress });
//   const { blob, report } = await eyebright.optimise(file, { target: 75 }, { signal, onProgress });

import { draw } from "./draw.js";
import { EngineError, errorFrom, InputError, PolicyError } from "./errors.js";
import { messageOf } from "./protocol.js";

export * from "./errors.js";

/** Milliseconds without any sign of life after which a start has failed: a slow line still moves. */
const START_SILENCE_MS = 60_000;

/** Milliseconds between two questions whether the worker is alive, while a call waits for it. */
const PING_MS = 5_000;

/**
 * Milliseconds of silence after which a worker counts as dead: browsers end one that takes too much
 * memory without a word. Python works for some seconds at most without listening.
 */
const SILENCE_MS = 120_000;

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal] ends the call with an AbortError
 * @property {(progress: import("./protocol.js").Progress) => void} [onProgress]
 * @property {string} [name] for the report; a File brings its own
 * @property {object} [capabilities] what the receiver shows; this browser's own by default, for the
 *   purposes upload and serve with its connection, memory, data saving and screen
 * @property {Policies} [policies] policy files (TOML), each over those before it
 * @property {boolean | {maxBytes: number}} [cache] whether this result, or these facts, are kept and kept ones used; by default as
 *   the engine was started
 * @property {Partial<InputLimits>} [limits] what a file may claim before it is decoded; the defaults where left out
 */

/**
 * A policy file: chosen by somebody, as text, or as text with the name that errors call it by.
 * @typedef {Blob | string | {name: string, text: string}} PolicyFile
 */
/** @typedef {PolicyFile | PolicyFile[]} Policies */

/**
 * What a decision rested on and all that came of it; `record.schema.json` in the package is its schema.
 * @typedef {{schema_version: number, facts: object, goal: object, capabilities: object, plan: object,
 *   notes: Reason[], versions: object, cache_key: string, vary: string}} DecisionRecord
 */
/** @typedef {{code: string, text: string, values: object}} Reason why: a stable code, a sentence, the values behind it */

/**
 * @typedef {object} Verification what came of making a recorded decision again
 * @property {boolean} same not one value differs
 * @property {boolean} acceptable the same, or made by another version from the same facts, goal and capabilities
 * @property {{path: string, recorded: any, recomputed: any}[]} differences
 * @property {Reason[]} reasons
 */

/**
 * @typedef {object} InputLimits as `eyebright.intake.Limits`
 * @property {number} max_bytes of the file
 * @property {number} max_pixels of one frame
 * @property {number} max_frames
 * @property {number} max_pixels_per_byte of pictures above `bomb_pixels`: above it is a decompression bomb
 * @property {number} bomb_pixels
 * @property {number} max_parts segments, chunks, boxes or blocks on one level of the file
 */

/** @typedef {Blob | ArrayBuffer | Uint8Array} Bytes */

/**
 * @typedef {object} Eyebright
 * @property {(file: Bytes, goal?: object, options?: CallOptions) => Promise<{blob: Blob, report: object, record: DecisionRecord}>} optimise
 *   the smallest file that looks the same, and why; the original where nothing is better
 * @property {(reference: Bytes, distorted: Bytes, options?: CallOptions) => Promise<{score: number, metric: string}>} score
 *   SSIMULACRA2: at most 100, 90 visually lossless, 70 high
 * @property {(file: Bytes, options?: CallOptions) => Promise<object>} analyse the facts that decide
 * @property {(facts: object, goal?: object, capabilities?: object, options?: {policies?: Policies}) => Promise<object>} decide
 *   the plan for such facts
 * @property {(facts: object, goal?: object, capabilities?: object, options?: {policies?: Policies}) => Promise<DecisionRecord>} record
 *   the same decision with all that it rests on, to be kept, explained or sent to a server
 * @property {(record: DecisionRecord) => Promise<string[]>} explain a record in sentences
 * @property {(record: DecisionRecord, facts: object, goal: object, capabilities: object, options?: {policies?: Policies}) => Promise<Verification>} verifyRecord
 *   decide again, and tell where the record differs
 * @property {(policies: Policies) => Promise<{contents: object, contexts: object, brand: object | null, fingerprint: string}>} policies
 *   the tables that policy files make; rejects with a PolicyError that names the file and the key
 * @property {(options?: CallOptions) => Promise<object>} capabilities what this browser shows and writes, probed
 * @property {() => Promise<number>} clearCache deletes the kept results; how many there were
 * @property {() => void} close ends the engine; calls under way and later ones reject
 */

/** Bytes of finished results that are kept at most, where somebody asks to keep any: some thousand pictures. */
const KEPT_BYTES = 200_000_000;

/**
 * Start an engine. Rejects with an EngineError that says what failed, or an AbortError.
 * @param {object} [options]
 * @param {(boot: import("./protocol.js").Boot) => void} [options.onProgress] how far the start is
 * @param {AbortSignal} [options.signal] gives the start up
 * @param {number} [options.silence] milliseconds without a sign of life after which the engine counts as dead
 * @param {boolean | {maxBytes: number}} [options.cache] keep results and facts in this browser and use them again for
 *   the same file and goal, the least recently used going first; off by default, as they stay after the visit
 * @param {string | URL} [options.base] folder of this file and its siblings, where they lie elsewhere
 * @returns {Promise<Eyebright>}
 */
export async function createEyebright(options = {}) {
  const { onProgress, signal, cache = false, silence = SILENCE_MS, base = import.meta.url } = options;
  signal?.throwIfAborted();
  const engine = new Engine(new URL("engine.worker.js", base), silence);
  await engine.start(onProgress, signal);
  return {
    async optimise(file, goal = {}, options = {}) {
      const { signal, onProgress, name = nameOf(file), capabilities, policies, limits, cache: own = cache } = options;
      const blobs = [toBlob(file)];
      const args = { goal, name, capabilities, limits, cache: mostKept(own), window: screen(), policies: await readPolicies(policies) };
      return engine.call("optimise", args, blobs, signal, onProgress);
    },
    async score(reference, distorted, { signal, limits } = {}) {
      return engine.call("score", { limits }, [toBlob(reference), toBlob(distorted)], signal);
    },
    async analyse(file, { signal, name = nameOf(file), limits, cache: own = cache } = {}) {
      return engine.call("analyse", { name, limits, cache: mostKept(own) }, [toBlob(file)], signal);
    },
    async decide(facts, goal = {}, capabilities = undefined, { policies } = {}) {
      return engine.call("decide", await question(facts, goal, capabilities, policies), []);
    },
    async record(facts, goal = {}, capabilities = undefined, { policies } = {}) {
      return engine.call("record", await question(facts, goal, capabilities, policies), []);
    },
    async explain(record) {
      return (await engine.call("explain", { record }, [])).sentences;
    },
    async verifyRecord(record, facts, goal, capabilities, { policies } = {}) {
      const asked = await question(facts, goal, capabilities, policies);
      return engine.call("verifyRecord", { record, ...asked }, []);
    },
    async policies(policies) {
      return engine.call("policies", { policies: await readPolicies(policies) }, []);
    },
    async capabilities({ signal } = {}) {
      return engine.call("capabilities", {}, [], signal);
    },
    async clearCache() {
      return (await engine.call("forget", {}, [])).forgotten;
    },
    close: () => engine.close(),
  };
}

/** @param {boolean | {maxBytes: number}} cache */
function mostKept(cache) {
  if (!cache) return 0;
  return cache === true ? KEPT_BYTES : cache.maxBytes;
}

/** The worker and the calls that wait for it. */
class Engine {
  /**
   * @param {URL} address
   * @param {number} silence milliseconds
   */
  constructor(address, silence) {
    /** @type {Map<number, {resolve: Function, reject: Function, onProgress?: Function}>} */
    this.calls = new Map();
    this.lastId = 0;
    this.silence = silence;
    this.started = false;
    /** Milliseconds waited without a sign of life, as far as this page was awake itself. */
    this.silent = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.watch = undefined;
    /** @type {Error | null} */
    this.ended = null;
    this.worker = new Worker(address, { type: "module", name: "eyebright" });
    this.worker.onmessage = ({ data }) => this.receive(data);
    this.worker.onmessageerror = () => this.end(new EngineError("a message from the engine could not be read"));
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end(new EngineError(
        `the engine failed: ${event.message ?? "its file did not load"}; reload, and check that ${address} is served`,
        `${event.filename}:${event.lineno}`,
      ));
    };
  }

  /**
   * @param {((boot: import("./protocol.js").Boot) => void)} [onProgress]
   * @param {AbortSignal} [signal]
   */
  start(onProgress, signal) {
    return new Promise((resolve, reject) => {
      const giveUp = () => this.end(abortError(signal));
      const silent = () => this.end(new EngineError(
        `the engine gave no sign of life for ${START_SILENCE_MS / 1000} s; check the network and reload`));
      const timer = restartable(silent, START_SILENCE_MS);
      const settle = (how) => (value) => {
        timer.stop();
        signal?.removeEventListener("abort", giveUp);
        how(value);
      };
      this.starting = {
        onBoot: (boot) => { timer.restart(); onProgress?.(boot); },
        resolve: settle(resolve),
        reject: settle(reject),
      };
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** @param {import("./protocol.js").Reply} reply */
  receive(reply) {
    this.silent = 0;
    if (reply.boot) this.starting.onBoot(reply.boot);
    else if (reply.ready) {
      this.started = true;
      this.starting.resolve();
    }
    else if (reply.draw) this.draw(reply.draw);
    else if (reply.dead) this.end(new EngineError(`the engine ${this.started ? "stopped" : "did not start"}: ${reply.dead.message}`, reply.dead.detail));
    else this.answer(reply);
  }

  /** @param {{id: number, bytes: ArrayBuffer}} asked an SVG that only a page can draw */
  async draw({ id, bytes }) {
    try {
      const bitmap = await draw(bytes);
      this.worker.postMessage({ drawn: { id, bitmap } }, [bitmap]);
    } catch (error) {
      this.worker.postMessage({ drawn: { id, error: messageOf(error) } });
    }
  }

  /** @param {import("./protocol.js").Reply} reply */
  answer({ id, result, error, progress }) {
    const call = this.calls.get(id);
    if (!call) return; // given up meanwhile
    if (progress) return call.onProgress?.(progress);
    if (error) call.reject(errorFrom(error));
    else call.resolve(result);
  }

  /**
   * @param {string} method
   * @param {object} args
   * @param {Blob[]} blobs
   * @param {AbortSignal} [signal]
   * @param {Function} [onProgress]
   * @returns {Promise<any>}
   */
  call(method, args, blobs, signal, onProgress) {
    if (this.ended) return Promise.reject(this.ended);
    if (signal?.aborted) return Promise.reject(abortError(signal));
    const id = ++this.lastId;
    const promise = new Promise((resolve, reject) => this.calls.set(id, { resolve, reject, onProgress }));
    const giveUp = () => {
      this.worker.postMessage({ id, method: "cancel" });
      this.calls.get(id)?.reject(abortError(signal));
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    this.worker.postMessage({ id, method, args, blobs });
    this.watchOver();
    return promise.finally(() => {
      this.calls.delete(id);
      signal?.removeEventListener("abort", giveUp);
    });
  }

  /** Ask whether the worker is alive, as long as somebody waits for it. */
  watchOver() {
    if (this.watch !== undefined) return;
    const pause = Math.min(PING_MS, this.silence);
    this.silent = 0;
    this.watch = setInterval(() => {
      if (this.calls.size === 0) return this.rest();
      this.silent += pause;
      if (this.silent <= this.silence) return this.worker.postMessage({ id: 0, method: "ping" });
      return this.end(new EngineError(
        `the engine gave no sign of life for ${this.silence / 1000} s; it may have run out of memory`));
    }, pause);
  }

  rest() {
    clearInterval(this.watch);
    this.watch = undefined;
  }

  close() {
    this.end(new EngineError("this engine was closed; make a new one with createEyebright()"));
  }

  /** @param {Error} error for everyone who waits and everyone who comes later */
  end(error) {
    if (this.ended) return;
    this.ended = error;
    this.rest();
    this.worker.terminate(); // its codec workers end with it
    this.starting?.reject(error);
    for (const call of this.calls.values()) call.reject(error);
  }
}

/**
 * @param {Bytes} file
 * @returns {Blob}
 */
function toBlob(file) {
  if (file instanceof Blob) return file;
  if (file instanceof ArrayBuffer || ArrayBuffer.isView(file)) return new Blob([file]);
  throw new InputError(`expected a Blob, File, ArrayBuffer or Uint8Array, got ${file === null ? "null" : typeof file}`);
}

/** @param {Bytes} file */
function nameOf(file) {
  return file instanceof File ? file.name : "";
}

/**
 * @param {object} facts
 * @param {object} goal
 * @param {object | undefined} capabilities
 * @param {Policies | undefined} policies
 */
async function question(facts, goal, capabilities, policies) {
  return { facts, goal, capabilities, window: screen(), policies: await readPolicies(policies) };
}

/** What only a window knows of its screen; the engine's worker sees the rest. Nothing in a worker. */
function screen() {
  const { devicePixelRatio, innerWidth } = globalThis;
  return { devicePixelRatio, innerWidth };
}

/**
 * @param {Policies | undefined} policies
 * @returns {Promise<{name: string, text: string}[]>}
 */
async function readPolicies(policies = []) {
  return Promise.all((Array.isArray(policies) ? policies : [policies]).map(readPolicy));
}

/** @param {PolicyFile} file */
async function readPolicy(file) {
  if (typeof file === "string") return { name: "", text: file };
  if (file instanceof Blob) return { name: nameOf(file), text: await file.text() };
  if (typeof file?.text === "string") return { name: String(file.name ?? ""), text: file.text };
  throw new PolicyError(`expected a policy file, its text, or {name, text}, got ${file === null ? "null" : typeof file}`);
}

/** @param {AbortSignal | undefined} signal */
function abortError(signal) {
  const error = new DOMException("the call was given up by its caller", "AbortError");
  return Object.assign(error, { reason: signal?.reason });
}

/**
 * @param {() => void} action
 * @param {number} delayMs
 */
function restartable(action, delayMs) {
  let timer = setTimeout(action, delayMs);
  const stop = () => clearTimeout(timer);
  const restart = () => {
    stop();
    timer = setTimeout(action, delayMs);
  };
  return { stop, restart };
}
