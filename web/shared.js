// One engine for all of a page: loaded with the first need or the first sign of one, closed when idle.
//
//   const shared = sharedEngine();
//   field.addEventListener("focus", () => shared.prepare());
//   const { blob, report, record } = await shared.optimise(file, { max_width: 1600 }, { signal });

import { CapabilityMissing, EngineError } from "./errors.js";

/** Milliseconds without work after which the engine's memory is given back; a new start takes one to two seconds. */
const IDLE_MS = 60_000;

/** Files that are worked on at the same time: while one is encoded, another can be looked at. */
const AT_ONCE = 2;

/** Least memory of a device, GB as `navigator.deviceMemory` tells it: Python and one large photo take most of it. */
const LEAST_MEMORY_GB = 1;

/** @typedef {import("./client.js").Eyebright} Eyebright */

/**
 * @typedef {object} SharedOptions of the first who asks for a `base`; later ones get that engine as it is
 * @property {string | URL} [base] folder of client.js's siblings, as in `createEyebright`
 * @property {number} [idle] milliseconds without work after which the engine is closed
 */

/**
 * @typedef {object} UseOptions
 * @property {AbortSignal} [signal] gives up the waiting; the engine itself stays for the others
 * @property {(boot: import("./protocol.js").Boot) => void} [onBoot] how far the start is, where there is one
 */

/** @type {Map<string, SharedEngine>} by the address of their files */
const engines = new Map();

/**
 * The engine of this page with its files at `base`. Nothing is fetched before it is used or prepared.
 * @param {SharedOptions} [options]
 * @returns {SharedEngine}
 */
export function sharedEngine({ base, idle = IDLE_MS } = {}) {
  const key = base === undefined ? "" : String(new URL(base, globalThis.location?.href));
  let engine = engines.get(key);
  if (!engine) engines.set(key, engine = new SharedEngine(base, idle));
  return engine;
}

/** Made by `sharedEngine` alone. */
export class SharedEngine {
  /** @type {Promise<Eyebright> | null} */
  #starting = null;
  /** Calls that wait or are under way. */
  #users = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {(() => void)[]} files that wait for their turn */
  #queue = [];
  #underWay = 0;
  /** @type {Set<(boot: import("./protocol.js").Boot) => void>} */
  #watchers = new Set();
  #base;
  #idle;

  /**
   * @param {string | URL | undefined} base
   * @param {number} idle
   */
  constructor(base, idle) {
    this.#base = base;
    this.#idle = idle;
  }

  /** Whether an engine is there or starting, and holds memory. */
  get running() {
    return this.#starting !== null;
  }

  /** Somebody seems to be about to choose a file: start, if nothing did. What fails is told to who uses it. */
  prepare() {
    this.use(async () => {}).catch(() => {}); // the next use starts anew, and rejects with what is wrong
  }

  /**
   * As `Eyebright.optimise`, when it is this file's turn. Rejects with an EngineError or a CapabilityMissing where the engine
   * cannot run: then the original is what there is to send.
   * @param {import("./client.js").Bytes} file
   * @param {object} [goal]
   * @param {import("./client.js").CallOptions & UseOptions} [options]
   */
  async optimise(file, goal = {}, { onBoot, ...options } = {}) {
    const { signal } = options;
    await this.#turn(signal);
    try {
      return await this.use((eyebright) => eyebright.optimise(file, goal, options), { signal, onBoot });
    } finally {
      this.#turnOver();
    }
  }

  /**
   * Do something with the engine, which is not closed meanwhile.
   * @template T
   * @param {(eyebright: Eyebright) => Promise<T>} work
   * @param {UseOptions} [options]
   * @returns {Promise<T>}
   */
  async use(work, { signal, onBoot } = {}) {
    signal?.throwIfAborted();
    this.#users += 1;
    clearTimeout(this.#timer);
    if (onBoot) this.#watchers.add(onBoot);
    const starting = this.#start();
    try {
      return await work(await abortable(starting, signal));
    } catch (error) {
      if (error instanceof EngineError) this.#drop(starting);
      throw error;
    } finally {
      this.#watchers.delete(onBoot);
      this.#users -= 1;
      if (this.#users === 0 && this.running) this.#timer = setTimeout(() => this.close(), this.#idle);
    }
  }

  /** Give the memory back now; calls under way reject, the next use starts anew. */
  close() {
    clearTimeout(this.#timer);
    this.#drop(this.#starting);
  }

  #start() {
    this.#starting ??= this.#create();
    const starting = this.#starting;
    starting.catch(() => { if (this.#starting === starting) this.#starting = null; });
    return starting;
  }

  async #create() {
    checkDevice();
    const { createEyebright } = await loadClient();
    return createEyebright({ base: this.#base, onProgress: (boot) => { for (const tell of this.#watchers) tell(boot); } });
  }

  /** @param {Promise<Eyebright> | null} starting of the engine that is over */
  #drop(starting) {
    if (this.#starting === starting) this.#starting = null;
    starting?.then((eyebright) => eyebright.close(), () => {}); // one that did not start has nothing to close
  }

  /** @param {AbortSignal | undefined} signal */
  async #turn(signal) {
    signal?.throwIfAborted();
    if (this.#underWay < AT_ONCE) {
      this.#underWay += 1;
      return;
    }
    /** @type {() => void} */
    let next;
    const turn = new Promise((resolve) => { next = () => resolve(undefined); });
    this.#queue.push(next);
    try {
      await abortable(turn, signal);
    } catch (error) {
      if (this.#queue.includes(next)) this.#queue = this.#queue.filter((other) => other !== next);
      else this.#turnOver(); // it was granted in the moment in which it was given up
      throw error;
    }
  }

  /** Whoever waits longest has the turn now. */
  #turnOver() {
    const next = this.#queue.shift();
    if (next) next();
    else this.#underWay -= 1;
  }
}

/** Raises CapabilityMissing where the engine need not even be fetched. */
function checkDevice() {
  if (typeof WebAssembly !== "object") throw new CapabilityMissing("this browser has no WebAssembly, or it is turned off");
  const memory = /** @type {any} */ (globalThis.navigator)?.deviceMemory;
  if (memory < LEAST_MEMORY_GB) throw new CapabilityMissing(`this device has ${memory} GB of memory; ${LEAST_MEMORY_GB} GB are needed`);
}

async function loadClient() {
  try {
    return await import("./client.js");
  } catch (error) {
    throw new EngineError("the engine's script could not be loaded; check the network, and that client.js is served", String(error));
  }
}

/**
 * The promise's outcome, or the signal's reason if that comes first.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<T>}
 */
function abortable(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
