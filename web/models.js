// The models' files, and the one worker that runs them: begun when first needed, or before, ended when a run is given
// up, when nothing was asked of it for a while, and when a large picture needs the memory.

import { CapabilityMissing, errorFrom, HostError } from "./errors.js";

/** Milliseconds after which an unused worker gives its memory back. */
const IDLE_MS = 300_000;

/** Names among the site's files: the files of models. */
const MODEL = /^models\/(.+)\.onnx$/;

/** @typedef {import("./infer.js").PlainTensor} PlainTensor */

export class Models {
  /** @param {{models: string, onnx: string, sizes: Record<string, object>}} assets folders' addresses, and all files by group */
  constructor(assets) {
    this.folders = assets;
    this.names = Object.keys(assets.sizes).map((path) => MODEL.exec(path)?.[1]).filter(Boolean);
    /** @type {Map<string, Promise<Uint8Array>>} files that were fetched before anybody asked for them */
    this.early = new Map();
    /** @type {Worker | null} */
    this.worker = null;
    /** Keys of the models that the worker has. */
    this.known = new Set();
    /** Keys of those that it opens before their first run, which may take long: what runs them is fetched then. */
    this.opening = new Set();
    /** @type {Run[]} */
    this.waiting = [];
    /** @type {Run | null} */
    this.current = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.idle = undefined;
  }

  /** Fetch and open all models now. What fails here is tried again when it is asked for, and told then. */
  prepare() {
    if (this.worker) return;
    this.worker = this.begin();
    this.rest();
    for (const name of this.names) this.early.set(name, this.fetch(name));
    for (const file of this.early.values()) this.open(file, this.worker).catch(() => undefined);
  }

  /**
   * @param {Promise<Uint8Array>} file
   * @param {Worker} worker
   */
  async open(file, worker) {
    const model = await file;
    const key = await keyOf(model);
    if (worker !== this.worker || this.known.has(key)) return; // ended, or asked for meanwhile
    worker.postMessage({ open: { key, model } });
    this.known.add(key);
    this.opening.add(key);
  }

  /**
   * The file of a model of this site.
   * @param {string} name
   * @returns {Promise<Uint8Array>} rejects with CapabilityMissing where it does not come
   */
  async read(name) {
    const early = await this.early.get(name)?.catch(() => null);
    this.early.delete(name);
    return early ?? this.fetch(name);
  }

  async fetch(name) {
    try {
      const response = await fetch(`${this.folders.models}${name}.onnx`);
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new CapabilityMissing(`the model ${name} did not load (${error.message}); check the network`);
    }
  }

  /**
   * One run at a time, in the order of asking.
   * @param {string} key the model's SHA-256, in hexadecimal digits
   * @param {() => Uint8Array} readModel called only where the worker has not got it
   * @param {Record<string, PlainTensor>} inputs
   * @returns {import("./pool.js").Job<Record<string, PlainTensor>>}
   */
  run(key, readModel, inputs) {
    const asked = { key, readModel, inputs, resolve: null, reject: null };
    const result = new Promise((resolve, reject) => Object.assign(asked, { resolve, reject }));
    this.waiting.push(asked);
    this.next();
    return { result, cancel: () => this.cancel(asked) };
  }

  next() {
    if (this.current || this.waiting.length === 0) return;
    clearTimeout(this.idle);
    this.current = this.waiting.shift();
    const { key, readModel, inputs } = this.current;
    try {
      this.worker ??= this.begin();
      const model = this.known.has(key) ? null : readModel();
      this.worker.postMessage({ run: { key, model, inputs } });
      this.known.add(key);
    } catch (error) {
      this.settle(({ reject }) => reject(error));
    }
  }

  begin() {
    const worker = new Worker(new URL("./infer.worker.js", import.meta.url), { type: "module", name: "models" });
    worker.onmessage = ({ data: { opened, done, error } }) => {
      if (opened) return void this.opening.delete(opened);
      if (error) this.known.delete(this.current?.key); // opened anew next time, should it be that
      this.settle(({ resolve, reject }) => (error ? reject(errorFrom(error)) : resolve(done)));
    };
    worker.onmessageerror = () => this.fail(new HostError("the model's answer could not be read"));
    worker.onerror = (event) => {
      event.preventDefault();
      this.fail(
        event.message // of what was thrown; where the script did not load, there is none
          ? new HostError(`the models' worker broke off: ${event.message}`)
          : new CapabilityMissing("the worker that runs models did not load; check the network"),
      );
    };
    worker.postMessage({ start: { base: this.folders.onnx } });
    return worker;
  }

  /** @param {(run: Run) => void} how the current run ends */
  settle(how) {
    const ended = this.current;
    this.current = null;
    if (ended) how(ended);
    this.rest();
    this.next();
  }

  /** Wait for the next run, but not for ever. */
  rest() {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.release(), IDLE_MS);
  }

  fail(error) {
    this.end();
    this.settle(({ reject }) => reject(error));
  }

  cancel(asked) {
    const stop = ({ reject }) => reject(new DOMException("the model's run was given up", "AbortError"));
    if (asked === this.current) {
      this.end(); // a session cannot be interrupted
      return this.settle(stop);
    }
    const at = this.waiting.indexOf(asked);
    if (at >= 0) stop(this.waiting.splice(at, 1)[0]);
  }

  /**
   * Whether the worker has a model, or was given it to run.
   * @param {string} key
   */
  isOpen(key) {
    return this.known.has(key) && !this.opening.has(key);
  }

  /** Give the memory back, unless a run needs it; the next run begins anew. */
  release() {
    if (!this.current) this.end();
  }

  end() {
    clearTimeout(this.idle);
    this.worker?.terminate();
    this.worker = null;
    this.known.clear();
    this.opening.clear();
  }

  close() {
    for (const asked of [...this.waiting]) this.cancel(asked);
    if (this.current) this.cancel(this.current);
    this.end();
  }
}

/** @param {Uint8Array} model */
async function keyOf(model) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {Uint8Array<ArrayBuffer>} */ (model)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @typedef {{key: string, readModel: () => Uint8Array, inputs: Record<string, PlainTensor>, resolve: (outputs: any) => void, reject: (why: Error) => void}} Run */
