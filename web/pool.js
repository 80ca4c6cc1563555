// Codec workers: reused, bounded in number, ended when idle. Cancelling ends the worker of that job.

import { CapabilityMissing, CodecError } from "./errors.js";

/** Milliseconds after which an unused codec worker gives its memory back. */
const IDLE_MS = 10_000;
/** The same for one that waits for its first piece of work: a page takes its time to start. */
const READY_MS = 60_000;
/** Bytes of pixels from which on idle workers make room. */
const LARGE_BYTES = 32 << 20;
/** Bytes of pixels from which on what is beside the codecs makes room, too: above a phone's 12 megapixels. */
const HUGE_BYTES = 64 << 20;
/** Bytes of WebAssembly's memory, which grows and never shrinks, above which a worker is not kept. */
const KEPT_BYTES = 64 << 20;
/** Milliseconds that a codec may take to load: 3.5 MB on a slow line. */
const START_MS = 120_000;
/** Workers at once: each holds a whole picture, so more cores do not mean more of them. */
const MAX_WORKERS = 4;

/**
 * @template T
 * @typedef {object} Job
 * @property {Promise<T>} result rejects with a CodecError, with CapabilityMissing where the codec does not
 *   load, or with an AbortError when cancelled
 * @property {() => void} cancel
 */

/** @typedef {{kind: "encode" | "decode", format: string, payload: object, transfer: Transferable[]}} Task */

export class CodecPool {
  /**
   * @param {string} base address of the codecs' folder
   * @param {() => void} [onHuge] called before a very large picture takes its memory
   */
  constructor(base, onHuge = () => {}) {
    this.base = base;
    this.onHuge = onHuge;
    this.limit = Math.min(Math.max(navigator.hardwareConcurrency ?? 1, 1), MAX_WORKERS);
    /** @type {Map<string, IdleWorker[]>} */
    this.idle = new Map();
    this.waiting = [];
    this.running = new Set();
  }

  /**
   * @param {Task} task
   * @returns {Job<any>}
   */
  run(task) {
    const entry = { task, worker: null, settled: false };
    const result = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
    this.waiting.push(entry);
    this.next();
    return { result, cancel: () => this.cancel(entry) };
  }

  next() {
    if (this.running.size >= this.limit || this.waiting.length === 0) return;
    const entry = this.waiting.shift();
    this.running.add(entry);
    this.begin(entry);
  }

  begin(entry) {
    const { kind, format, payload, transfer } = entry.task;
    const most = Math.max(...transfer.map((buffer) => buffer.byteLength));
    entry.worker = this.takeIdle(kind, format) ?? new CodecWorker(kind, format, this.base);
    if (most > LARGE_BYTES) this.dropIdle();
    if (most > HUGE_BYTES) this.onHuge();
    const done = (data) => this.finish(entry, () => entry.resolve(data), true);
    const failed = (error) => this.finish(entry, () => entry.reject(error), false);
    entry.worker.run(payload, transfer).then(done, failed);
  }

  /** @param {boolean} healthy whether the worker may serve again */
  finish(entry, settle, healthy) {
    if (entry.settled) return;
    entry.settled = true;
    this.running.delete(entry);
    if (healthy && entry.worker.heldBytes <= KEPT_BYTES) this.keep(entry.worker);
    else entry.worker.terminate(); // too much is in its memory, or, after a crash, nobody knows what
    settle();
    this.next();
  }

  cancel(entry) {
    if (entry.settled) return;
    const stop = () => entry.reject(new DOMException("the encode was cancelled", "AbortError"));
    if (entry.worker) return this.finish(entry, stop, false);
    entry.settled = true;
    this.waiting.splice(this.waiting.indexOf(entry), 1);
    stop();
  }

  /**
   * Load a codec that will be wanted soon and let it rehearse, so that this overlaps other work.
   * @param {"encode" | "decode"} kind
   * @param {string} format
   */
  warm(kind, format) {
    if (!this.idle.has(`${kind} ${format}`)) this.keep(new CodecWorker(kind, format, this.base, true), READY_MS);
  }

  /**
   * @param {CodecWorker} worker
   * @param {number} [patienceMs]
   */
  keep(worker, patienceMs = IDLE_MS) {
    const spare = { worker, timer: setTimeout(() => this.drop(spare), patienceMs) };
    this.idle.set(worker.key, [...(this.idle.get(worker.key) ?? []), spare]);
  }

  /** One that waits for work; those that failed meanwhile are ended. */
  takeIdle(kind, format) {
    const spares = this.idle.get(`${kind} ${format}`) ?? [];
    while (spares.length > 0) {
      const { worker, timer } = spares.pop();
      clearTimeout(timer);
      if (!worker.fault) return worker;
      worker.terminate();
    }
    return undefined;
  }

  drop(spare) {
    const { key } = spare.worker;
    this.idle.set(key, this.idle.get(key).filter((other) => other !== spare));
    spare.worker.terminate();
  }

  close() {
    for (const entry of [...this.waiting, ...this.running]) this.cancel(entry);
    this.dropIdle();
  }

  dropIdle() {
    for (const spare of [...this.idle.values()].flat()) {
      clearTimeout(spare.timer);
      spare.worker.terminate();
    }
    this.idle.clear();
  }
}

/** @typedef {{worker: CodecWorker, timer: number}} IdleWorker */

/**
 * What workers compiled, by their key and then by address. A worker ends early, its code does not: compiled anew,
 * it would run slowly first, by V8's baseline compiler (a JPEG of 2 megapixels took 8.6 s instead of 4.7).
 * @type {Map<string, Map<string, WebAssembly.Module>>}
 */
const modulesOf = new Map();

/** One worker with one codec, for one piece of work at a time. */
class CodecWorker {
  /** @type {(value: any) => void} */
  resolve;
  /** @type {(why: Error) => void} */
  reject;

  constructor(kind, format, base, rehearse = false) {
    this.key = `${kind} ${format}`;
    this.loaded = false;
    this.heldBytes = 0;
    this.fault = null;
    this.timer = setTimeout(() => this.fail(`it did not load within ${START_MS / 1000} s`), START_MS);
    this.worker = new Worker(new URL("./codec.worker.js", import.meta.url), { type: "module", name: this.key });
    this.worker.onmessage = ({ data }) => this.receive(data);
    this.worker.onmessageerror = () => this.fail("its answer could not be read");
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.fail(event.message ?? "its file did not load");
    };
    const known = modulesOf.get(this.key) ?? new Map();
    this.worker.postMessage({ start: { kind, format, base, rehearse, known } });
  }

  /** @returns {Promise<any>} rejects with CapabilityMissing before the codec has loaded, with CodecError after */
  run(payload, transfer) {
    if (this.fault) return Promise.reject(this.fault);
    return new Promise((resolve, reject) => {
      Object.assign(this, { resolve, reject });
      this.worker.postMessage({ run: payload }, transfer);
    });
  }

  receive({ ready, modules, done, heldBytes, error }) {
    if (error) return this.fail(error.message);
    if (!ready) {
      this.heldBytes = heldBytes;
      return this.resolve(done);
    }
    this.loaded = true;
    modulesOf.set(this.key, modules);
    clearTimeout(this.timer);
  }

  fail(why) {
    const Kind = this.loaded ? CodecError : CapabilityMissing;
    this.fault = new Kind(`the codec to ${this.key} failed: ${why}`);
    this.reject?.(this.fault);
  }

  terminate() {
    clearTimeout(this.timer);
    this.worker.terminate();
  }
}
