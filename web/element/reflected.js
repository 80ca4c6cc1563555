// The element's attributes as properties.

const NUMBERS = ["max-width", "max-height", "max-bytes", "target"];
const TEXTS = ["content", "crop"];

/** Attributes that say what is to be made of a file: another value makes it anew. */
export const GOAL_ATTRIBUTES = [...NUMBERS, ...TEXTS, "formats"];

/** Custom elements whose properties are their attributes. Numbers are null where there is none. */
export class Reflected extends HTMLElement {
  /** First part of the names of the form's fields: `name` has the files, `name-record` what was decided. */
  get name() { return this.#text("name"); }
  set name(value) { this.#write("name", value); }
  /** Kinds of files, as of `<input type=file>`. */
  get accept() { return this.#text("accept"); }
  set accept(value) { this.#write("accept", value); }
  get multiple() { return this.hasAttribute("multiple"); }
  set multiple(on) { this.toggleAttribute("multiple", on); }
  get required() { return this.hasAttribute("required"); }
  set required(on) { this.toggleAttribute("required", on); }
  get disabled() { return this.hasAttribute("disabled"); }
  set disabled(on) { this.toggleAttribute("disabled", on); }
  /** Pixels. */
  get maxWidth() { return this.#number("max-width"); }
  set maxWidth(value) { this.#write("max-width", value); }
  get maxHeight() { return this.#number("max-height"); }
  set maxHeight(value) { this.#write("max-height", value); }
  /** Of each file; what cannot be made as small makes the form invalid. */
  get maxBytes() { return this.#number("max-bytes"); }
  set maxBytes(value) { this.#write("max-bytes", value); }
  /** SSIMULACRA2, 0 to 100. */
  get target() { return this.#number("target"); }
  set target(value) { this.#write("target", value); }
  /** auto, general, product, art, screenshot, news, medical or legal. */
  get content() { return this.#text("content"); }
  set content(value) { this.#write("content", value); }
  /** A shape, "16:9", or a size, "1200x630". */
  get crop() { return this.#text("crop"); }
  set crop(value) { this.#write("crop", value); }
  /** Formats that may be sent, with commas between them: "webp,jpeg". */
  get formats() { return this.#text("formats"); }
  set formats(value) { this.#write("formats", value); }
  /** Milliseconds that a submit waits at most; then originals go. */
  get limit() { return this.#number("limit"); }
  set limit(value) { this.#write("limit", value); }
  /** Milliseconds without work after which the engine's memory is given back. */
  get idle() { return this.#number("idle"); }
  set idle(value) { this.#write("idle", value); }
  /** Folder of the engine's files, where they do not lie beside this script. */
  get base() { return this.#text("base"); }
  set base(value) { this.#write("base", value); }

  /** What the engine is asked for, as in `createEyebright().optimise`. */
  get goal() {
    /** @type {Record<string, any>} */
    const goal = {};
    for (const attribute of NUMBERS) if (this.hasAttribute(attribute)) goal[attribute.replace("-", "_")] = this.#number(attribute);
    for (const attribute of TEXTS) if (this.#text(attribute)) goal[attribute] = this.#text(attribute);
    if (this.formats) goal.formats = this.formats.split(",").map((format) => format.trim()).filter(Boolean);
    return goal;
  }

  /** @param {string} attribute */
  #text(attribute) {
    return this.getAttribute(attribute) ?? "";
  }

  /** @param {string} attribute */
  #number(attribute) {
    return this.hasAttribute(attribute) ? Number(this.getAttribute(attribute)) : null;
  }

  /**
   * @param {string} attribute
   * @param {string | number | null} value
   */
  #write(attribute, value) {
    if (value === null) this.removeAttribute(attribute);
    else this.setAttribute(attribute, String(value));
  }
}
