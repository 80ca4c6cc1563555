// The engine worker, seen from the page: one question, one answer, and a watch over whether it lives.

import { draw } from "./draw.js";
import { EngineError, errorFrom, VersionMismatch } from "./errors.js";
import { plain } from "./inputs.js";
import { messageOf } from "./protocol.js";
import { RELEASE } from "./release.js";

/** Milliseconds without any sign of life after which a start has failed: a slow line still moves. */
const START_SILENCE_MS = 60_000;

/** Milliseconds between two questions whether the worker is alive, while a call waits for it. */
const PING_MS = 5_000;

/**
 * Milliseconds of silence after which a worker counts as dead: browsers end one that takes too much
 * memory without a word. Python works for some seconds at most without listening.
 */
export const SILENCE_MS = 120_000;

/**
 * @param {URL} address
 * @returns {Worker}
 */
function startWorker(address) {
  try {
    return new Worker(address, { type: "module", name: "eyebright" });
  } catch (error) {
    throw new EngineError(
      `the engine cannot be started from ${address} (${messageOf(error).name}); serve its files on the origin of your page`,
      messageOf(error).detail,
    );
  }
}

/** The worker and the calls that wait for it. */
export class Engine {
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
    this.address = address;
    /** Whether the engine has told that it is of this script's build. */
    this.matches = false;
    /** Milliseconds waited without a sign of life, as far as this page was awake itself. */
    this.silent = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.watch = undefined;
    /** @type {any} what ended it, once it is over */
    this.ended = null;
    this.worker = startWorker(address);
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
      const giveUp = () => this.end(signal.reason);
      let awaits = [`${this.address} or a script that it imports`];
      const silent = () => this.end(new EngineError(
        `the engine gave no sign of life for ${START_SILENCE_MS / 1000} s, waiting for ${awaits.join(", ") || "Python"}; `
          + "check that the server answers, and reload"));
      const timer = restartable(silent, START_SILENCE_MS);
      const settle = (how) => (value) => {
        timer.stop();
        signal?.removeEventListener("abort", giveUp);
        how(value);
      };
      this.starting = {
        onBoot: (boot) => {
          timer.restart();
          awaits = boot.awaits;
          onProgress?.(boot);
        },
        resolve: settle(resolve),
        reject: settle(reject),
      };
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** Have the models opened while the rest starts; what fails is tried again with the first picture, and told there. */
  prepareModels() {
    this.worker.postMessage({ prepareModels: true });
  }

  /** @param {import("./protocol.js").Reply} reply */
  receive(reply) {
    this.silent = 0;
    if (reply.release) this.compare(reply.release);
    else if (reply.boot) this.starting.onBoot(reply.boot);
    else if (reply.ready) this.begin();
    else if (reply.draw) this.draw(reply.draw);
    else if (reply.dead) this.end(new EngineError(`the engine ${this.started ? "stopped" : "did not start"}: ${reply.dead.message}`, reply.dead.detail));
    else this.answer(reply);
  }

  /** @param {string} release of the engine, its first word */
  compare(release) {
    this.matches = release === RELEASE;
    if (!this.matches) this.end(new VersionMismatch(RELEASE, release, this.address));
  }

  begin() {
    if (!this.matches) return this.end(new VersionMismatch(RELEASE, "an older one, which does not tell", this.address));
    this.started = true;
    this.starting.resolve();
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
  async call(method, args, blobs, signal, onProgress) {
    if (this.ended) throw this.ended;
    signal?.throwIfAborted();
    const id = ++this.lastId;
    this.worker.postMessage({ id, method, args: plain(args, ""), blobs }); // may throw: nothing waits yet
    const promise = new Promise((resolve, reject) => this.calls.set(id, { resolve, reject, onProgress }));
    const giveUp = () => {
      this.worker.postMessage({ id, method: "cancel" });
      this.calls.get(id)?.reject(signal.reason);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
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

  /** @param {any} error for everyone who waits and everyone who comes later */
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
