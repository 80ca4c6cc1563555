// Codec workers: reused, bounded in number, ended when idle. Cancelling ends the worker of that job.

import { CapabilityMissing, CodecError } from "./errors.js";

/** Milliseconds after which an unused codec worker gives its memory back. */
const IDLE_MS = 10_000;
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
  /** @param {string} base address of the codecs' folder */
  constructor(base) {
    this.base = base;
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
    const spare = this.takeIdle(`${kind} ${format}`);
    let loaded = spare !== undefined;
    const fail = (why) => {
      const Kind = loaded ? CodecError : CapabilityMissing;
      this.finish(entry, () => entry.reject(new Kind(`the ${format} ${kind}r failed: ${why}`)), false);
    };
    const timer = spare ? 0 : setTimeout(() => fail(`did not load within ${START_MS / 1000} s`), START_MS);
    entry.stopTimer = () => clearTimeout(timer);
    entry.worker = spare ?? this.spawn(kind, format);
    entry.worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message ?? "its worker did not load");
    };
    entry.worker.onmessageerror = () => fail("its answer could not be read");
    entry.worker.onmessage = ({ data }) => {
      if (data.error) return fail(data.error.message);
      if (!data.ready) return this.finish(entry, () => entry.resolve(data.done), true);
      loaded = true;
      entry.stopTimer();
    };
    entry.worker.postMessage({ run: payload }, transfer);
  }

  /** @param {boolean} healthy whether the worker may serve again */
  finish(entry, settle, healthy) {
    if (entry.settled) return;
    entry.settled = true;
    entry.stopTimer();
    this.running.delete(entry);
    if (healthy) this.keep(entry);
    else entry.worker.terminate(); // after a crash its memory is in no known state
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

  spawn(kind, format) {
    const worker = new Worker(new URL("./codec.worker.js", import.meta.url), { type: "module", name: `${format} ${kind}r` });
    worker.postMessage({ start: { kind, format, base: this.base } });
    return worker;
  }

  keep({ worker, task }) {
    const key = `${task.kind} ${task.format}`;
    const spare = { worker, timer: setTimeout(() => this.drop(key, spare), IDLE_MS) };
    this.idle.set(key, [...(this.idle.get(key) ?? []), spare]);
  }

  takeIdle(key) {
    const spare = this.idle.get(key)?.pop();
    if (spare) clearTimeout(spare.timer);
    return spare?.worker;
  }

  drop(key, spare) {
    this.idle.set(key, this.idle.get(key).filter((other) => other !== spare));
    spare.worker.terminate();
  }

  close() {
    for (const entry of [...this.waiting, ...this.running]) this.cancel(entry);
    for (const spare of [...this.idle.values()].flat()) {
      clearTimeout(spare.timer);
      spare.worker.terminate();
    }
    this.idle.clear();
  }
}

/** @typedef {{worker: Worker, timer: number}} IdleWorker */
