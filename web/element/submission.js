// Submitting a form while the work goes on: the form waits, with all its elements, and is then submitted as it was.

/**
 * What a form waits for: an element with files.
 * @typedef {object} Waiting
 * @property {() => boolean} isWorking
 * @property {() => Promise<void>} settled when nothing is worked on any more
 * @property {() => number} limit milliseconds that a submit waits at most; NaN for as long as it takes
 * @property {() => void} giveUp send the originals of what is not finished
 * @property {(sending: boolean) => void} onSending whether the form waits now
 */

/** @type {WeakMap<HTMLFormElement, FormWatch>} */
const watches = new WeakMap();

/** One form's submits. */
export class FormWatch {
  /** @type {Set<Waiting>} */
  #elements = new Set();
  /** The submit that waits; another takes its place. @type {{submitter: HTMLElement | null, isOff: boolean} | null} */
  #pending = null;
  /** When the form began to wait. */
  #since = 0;
  /** @type {number[]} the limits of its elements meanwhile */
  #timers = [];

  /** @param {HTMLFormElement} form */
  static of(form) {
    let watch = watches.get(form);
    if (!watch) watches.set(form, watch = new FormWatch(form));
    return watch;
  }

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.onSubmit = (/** @type {SubmitEvent} */ event) => {
      if (![...this.#elements].some((element) => element.isWorking())) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // the page's own listeners hear of the submit that is one
      const waits = this.#pending !== null;
      this.#pending = { submitter: event.submitter, isOff: false };
      if (!waits) this.#submitLater();
    };
  }

  /** @param {Waiting} element */
  add(element) {
    if (!this.#elements.size) this.form.addEventListener("submit", this.onSubmit, { capture: true });
    this.#elements.add(element);
    if (this.#pending) element.onSending(true);
    this.began(element);
  }

  /**
   * It has work: while the form waits, the rest of its limit is left for that.
   * @param {Waiting} element
   */
  began(element) {
    const left = element.limit() - (performance.now() - this.#since);
    if (!this.#pending || Number.isNaN(left)) return;
    this.#timers.push(setTimeout(() => element.giveUp(), Math.max(0, left)));
  }

  /** @param {Waiting} element */
  remove(element) {
    this.#elements.delete(element);
    if (this.#pending) element.onSending(false);
    if (!this.#elements.size) this.form.removeEventListener("submit", this.onSubmit, { capture: true });
  }

  /** The form is not to be submitted after all: it was reset. */
  cancel() {
    if (this.#pending) this.#pending.isOff = true;
  }

  async #submitLater() {
    const busy = () => [...this.#elements].filter((element) => element.isWorking());
    this.#since = performance.now();
    busy().forEach((element) => this.began(element));
    for (const element of this.#elements) element.onSending(true);
    while (busy().length) await Promise.all(busy().map((element) => element.settled()));
    this.#timers.splice(0).forEach(clearTimeout);
    for (const element of this.#elements) element.onSending(false);
    const { submitter, isOff } = this.#pending;
    this.#pending = null;
    if (!isOff && this.form.isConnected) this.form.requestSubmit(ownedBy(this.form, submitter));
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter which may have left the form meanwhile
 */
function ownedBy(form, submitter) {
  return /** @type {HTMLButtonElement | null} */ (submitter)?.form === form ? submitter : null;
}
