// The files that are chosen, and the work on them.

/** @typedef {import("./files.js").Item} Item */

/**
 * @typedef {object} Work what it is done with, and who is told
 * @property {(work: typeof import("./work.js"), file: File, options: object) => Promise<import("./work.js").Made>} make
 * @property {(file: File) => boolean} takes whether such a file is taken at all
 * @property {() => void} onBegin there are new ones
 * @property {() => void} onChange
 * @property {(item: Item) => void} onProgress
 * @property {(item: Item) => void} onEnded all is known of it now
 */

/** The files of one element. */
export class Chosen {
  /** @type {Item[]} */
  items = [];
  /** @type {(() => void)[]} who waits for the end of the work */
  #waiting = [];
  #work;

  /** @param {Work} work */
  constructor(work) {
    this.#work = work;
  }

  get isWorking() {
    return this.items.some(({ state }) => state === "working");
  }

  /** Waits until nothing is worked on any more. */
  async settled() {
    while (this.isWorking) await new Promise((resolve) => { this.#waiting.push(() => resolve(undefined)); });
  }

  /**
   * The state of all together, the most urgent first.
   * @param {number} most bytes that are taken
   */
  stateOf(most) {
    if (this.isWorking) return "working";
    if (this.items.some(({ state }) => state === "failed")) return "failed";
    if (this.items.some((item) => item.isOver(most))) return "over";
    return this.items.length ? "done" : "empty";
  }

  /** @param {Item[]} items in place of what was there; those that are new are begun, those that are not among them ended */
  put(items) {
    const before = this.items;
    const fresh = items.filter((item) => !before.includes(item));
    this.items = items;
    for (const item of before) if (!items.includes(item)) item.abort.abort();
    for (const item of fresh) this.#begin(item);
    if (fresh.length) this.#work.onBegin();
    this.#changed();
  }

  /**
   * The originals of what is not finished are to be sent.
   * @param {import("./files.js").Fallback["code"]} code
   * @param {string} text
   */
  giveUp(code, text) {
    const unfinished = this.items.filter(({ state }) => state === "working");
    for (const item of unfinished) {
      item.abort.abort();
      item.error = new DOMException(text, code === "limit" ? "TimeoutError" : "AbortError");
      item.fallBack({ code, text });
    }
    this.#changed();
    for (const item of unfinished) this.#work.onEnded(item);
  }

  /** @param {Item} item */
  async #begin(item) {
    const { signal } = item.abort;
    const tell = () => { if (!signal.aborted) this.#work.onProgress(item); };
    const onProgress = (progress) => {
      item.advance(progress);
      tell();
    };
    const onBoot = () => onProgress({ stage: "start", fraction: 0 });
    try {
      await this.#make(item, { signal, onProgress, onBoot });
    } catch (error) {
      if (!signal.aborted) await fail(item, error);
    }
    if (signal.aborted) return;
    this.#changed();
    this.#work.onEnded(item);
  }

  /**
   * @param {Item} item
   * @param {{signal: AbortSignal, onProgress: Function, onBoot: Function}} options
   */
  async #make(item, options) {
    if (!this.#work.takes(item.file)) throw new WrongType(`${item.file.name}: it is not of a kind that is taken here`);
    const made = await this.#work.make(await work(), item.file, options);
    if (!options.signal.aborted) item.finish(made);
  }

  #changed() {
    this.#work.onChange();
    if (!this.isWorking) for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** A file that `accept` leaves out. */
class WrongType extends Error {}

/** The engine's script cannot even be fetched. */
class NotLoaded extends Error {}

/**
 * The part that is fetched when it is needed.
 * @returns {Promise<typeof import("./work.js")>}
 */
export async function work() {
  try {
    return await import("./work.js");
  } catch (error) {
    throw new NotLoaded(`the script of the engine could not be loaded; check the network, and that work.js is served (${error.message})`);
  }
}

/**
 * The work on it ended with an error: of the file, which is then refused, or of the engine, and then the original goes.
 * @param {Item} item
 * @param {Error} error
 */
async function fail(item, error) {
  item.error = error;
  if (error instanceof WrongType) return item.refuse("wrongType");
  if (error instanceof NotLoaded) return item.fallBack({ code: "engine", text: error.message });
  const verdict = await (await work()).judge(error, item.file);
  return typeof verdict === "string" ? item.refuse(verdict) : item.fallBack(verdict);
}
