// <eyebright-input>: a field for pictures, of which a form submits smaller ones that look the same.
//
//   <form method="post" enctype="multipart/form-data">
//     <label>Photo <eyebright-input name="photo" required><input type="file" name="photo"></eyebright-input></label>
//   </form>

import { Author, milliseconds } from "./attributes.js";
import { Chosen, work } from "./chosen.js";
import { wordsOf } from "./dom.js";
import { Item, accepts } from "./files.js";
import { adopt } from "./plain.js";
import { GOAL_ATTRIBUTES, Reflected } from "./reflected.js";
import { FormWatch } from "./submission.js";
import { faultOfField, fieldsOf, restored, stateOf } from "./value.js";
import { View } from "./view.js";
import { WORDS, say } from "./words.js";

/**
 * A form-associated field for pictures. Events bubble and cross shadow roots: `eyebright-progress`, `eyebright-result`,
 * `eyebright-error`, and `change` when somebody chose or removed files. States, `:state(...)`: empty, working, done, failed
 * (a file is no picture that is taken), over (a file has more than `max-bytes`).
 */
export class EyebrightInput extends Reflected {
  static formAssociated = true;
  static observedAttributes = ["accept", "multiple", "required", "disabled", "name", "limit", "idle", ...GOAL_ATTRIBUTES];

  #internals = this.attachInternals();
  /** @type {Partial<import("./words.js").Words>} */
  #words = {};
  #sending = false;
  /** By a fieldset too, not by the attribute alone. */
  #isOff = false;
  #custom = "";
  /** @type {FormWatch | null} */
  #watch = null;
  #chosen = new Chosen({
    make: ({ make }, file, options) => make(file, this.goal, this.#engine, options),
    takes: (file) => accepts(this.accept, file),
    onBegin: () => this.#watch?.began(this.#waits),
    onChange: () => this.#draw(),
    onProgress: (item) => this.#progress(item),
    onEnded: (item) => this.#ended(item),
  });
  #anew = false;
  #author = new Author(this);
  /** @type {View} */
  #view;
  /** @type {import("./submission.js").Waiting} */
  #waits = {
    isWorking: () => !this.#isOff && this.#chosen.isWorking,
    settled: () => this.settled(),
    limit: () => milliseconds(this.limit) ?? NaN,
    giveUp: () => this.#chosen.giveUp("limit", "the limit of the page was over before the work was"),
    onSending: (sending) => {
      this.#sending = sending;
      this.#draw();
    },
  };

  #redraw = () => this.#draw();
  /** Chromium brings nothing back where a file of the value is none of the device's. */
  #leave = () => this.#internals.setFormValue(stateOf(this.#items), stateOf(this.#items));

  constructor() {
    super();
    this.#internals.role = "group";
    this.#view = new View(this.attachShadow({ mode: "open", delegatesFocus: true }), {
      onFiles: (files) => this.#choose(files),
      onRemove: (item) => this.#remove(item),
      onToggle: (item) => this.#toggle(item),
      onSendNow: () => this.#chosen.giveUp("chosen", "the person did not wait for the work"),
      onIntent: () => this.#prepare(),
    });
    this.#draw();
  }

  // ---- What a page asks of it

  /** The files that the form would send now. */
  get files() {
    return this.#items.map(({ sent }) => sent);
  }

  /** The files as they were chosen, in the same order. */
  get originals() {
    return this.#items.map(({ file }) => file);
  }

  /** The phrases that were replaced, by name; each a text with {values}, or a function of them. */
  get words() {
    return this.#words;
  }

  set words(words) {
    const unknown = Object.keys(words).filter((name) => !(name in WORDS));
    if (unknown.length) throw new TypeError(`words: no such phrase: ${unknown.join(", ")}; there are ${Object.keys(WORDS).join(", ")}`);
    this.#words = { ...words };
    this.#draw();
  }

  get form() { return this.#internals.form; }
  get labels() { return this.#internals.labels; }
  get validity() { return this.#internals.validity; }
  get validationMessage() { return this.#internals.validationMessage; }
  get willValidate() { return this.#internals.willValidate; }
  get type() { return this.localName; }
  checkValidity() { return this.#internals.checkValidity(); }
  reportValidity() { return this.#internals.reportValidity(); }

  /** @param {string} message empty: nothing is wrong */
  setCustomValidity(message) {
    this.#custom = message;
    this.#draw();
  }

  /**
   * As if somebody had chosen them. Without `multiple` the last one takes the place of what was there.
   * @param {Iterable<File>} files
   */
  addFiles(files) {
    const all = [...this.#items, ...[...files].map((file) => new Item(file))];
    this.#chosen.put(this.multiple ? all : all.slice(-1));
  }

  clear() { this.#chosen.put([]); }

  /** Waits until nothing is worked on any more. */
  settled() { return this.#chosen.settled(); }

  // ---- What the browser asks of it

  connectedCallback() {
    adopt(this, (files) => this.addFiles(files));
    addEventListener("pagehide", this.#leave);
    addEventListener("pageshow", this.#redraw);
    this.#draw();
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.#leave);
    removeEventListener("pageshow", this.#redraw);
    queueMicrotask(() => { // it may only have been moved
      if (!this.isConnected) this.#chosen.giveUp("unfinished", "the field was taken out of the page");
    });
  }

  /**
   * @param {string} name
   * @param {string | null} _before
   * @param {string | null} value
   */
  attributeChangedCallback(name, _before, value) {
    this.#author.check(name, value);
    if (GOAL_ATTRIBUTES.includes(name) && this.#items.length && !this.#anew) {
      this.#anew = true;
      queueMicrotask(() => { // several may change at once
        this.#anew = false;
        this.#chosen.put(this.#items.map((item) => item.again()));
      });
    }
    this.#draw();
  }

  /** @param {HTMLFormElement | null} form */
  formAssociatedCallback(form) {
    this.#watch?.remove(this.#waits);
    this.#watch = form && FormWatch.of(form);
    this.#watch?.add(this.#waits);
  }

  /** @param {boolean} off */
  formDisabledCallback(off) {
    this.#isOff = off;
    this.#draw();
  }

  formResetCallback() {
    this.#watch?.cancel();
    this.clear();
    this.#view.announce("");
  }

  /** @param {File | string | FormData} state */
  formStateRestoreCallback(state) {
    if (state instanceof FormData) this.#chosen.put(restored(state));
  }

  // ---- What people do

  #prepare() {
    const { saveData } = /** @type {any} */ (navigator).connection ?? {};
    if (!this.#isOff && !saveData) work().then(({ prepare }) => prepare(this.#engine), () => {}); // the first file tells why
  }

  /** @param {File[]} files */
  #choose(files) {
    if (!files.length) return;
    this.addFiles(files);
    this.#changed();
  }

  /** @param {Item} item */
  #remove(item) {
    this.#chosen.put(this.#items.filter((other) => other !== item));
    this.#view.announce(say(this.#phrases.removed, { name: item.file.name }));
    this.#changed();
  }

  /** @param {Item} item */
  #toggle(item) {
    item.keepsOwn = !item.keepsOwn;
    this.#draw();
    this.#view.announceItem(item);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // ---- The work

  get #engine() {
    return { base: this.base || undefined, idle: milliseconds(this.idle) };
  }

  /** @param {Item} item */
  #progress({ file, stage, fraction }) {
    this.#draw();
    this.#tell("eyebright-progress", { file, stage, fraction });
  }

  /** @param {Item} item of which all is known now */
  #ended(item) {
    const { file, sent: result, report, record, error, fallback: { code, text } } = item;
    this.#view.announceItem(item);
    if (code === "engine" || code === "fault") this.#author.tell(code === "fault" ? "error" : "warn", `an original is sent: ${text}`);
    if (error) this.#tell("eyebright-error", { file, error, fallback: item.state === "original" });
    else this.#tell("eyebright-result", { file, result, report, record });
  }

  /**
   * @param {string} type
   * @param {import("./index.js").ProgressDetail | import("./index.js").ResultDetail | import("./index.js").ErrorDetail} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  // ---- What is seen of it, and what the form gets

  get #items() {
    return this.#chosen.items;
  }

  get #phrases() {
    return { ...WORDS, ...this.#words };
  }

  #draw() {
    const { accept, multiple, required } = this;
    const label = this.getAttribute("aria-label") || [...this.labels ?? []].map(wordsOf).join(" ");
    const language = /** @type {HTMLElement | null} */ (this.closest("[lang]"))?.lang ?? navigator.language;
    /** @type {import("./view.js").Look} */
    const look = {
      items: this.#items, words: this.#phrases, language, label, accept, multiple, required,
      disabled: this.#isOff, most: this.maxBytes ?? NaN, sending: this.#sending,
    };
    this.#view.draw(look);
    this.#internals.ariaLabel = label || null;
    this.#internals.setFormValue(fieldsOf(this.name, this.#items), stateOf(this.#items));
    const { flags, message } = faultOfField(look, this.#custom);
    this.#internals.setValidity(flags, message, this.#view.choose);
    this.#showState(look.most);
  }

  /** @param {number} most */
  #showState(most) {
    const name = this.#chosen.stateOf(most);
    this.#internals.ariaBusy = String(name === "working");
    if (this.#internals.states.has(name)) return;
    this.#internals.states.clear();
    this.#internals.states.add(name);
  }
}
