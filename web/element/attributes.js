// What the author of a page wrote into attributes and cannot mean, told in the console: the page shows nothing of it.

/** @typedef {[RegExp, string]} Rule what can be meant, and what anything else is */

/** @type {Rule} */
const WHOLE = [/^0*[1-9]\d*$/, "no whole number above 0"];
/** @type {Rule} */
const DURATION = [/^\d+(\.\d+)?$/, "no number of milliseconds"];

/** Of `content` and `formats` the engine alone knows what there is. @type {Record<string, Rule>} */
const RULES = {
  "max-width": WHOLE,
  "max-height": WHOLE,
  "max-bytes": WHOLE,
  target: [/^(\d{1,2}(\.\d+)?|100)$/, "no number from 0 to 100"],
  crop: [/^(\d+[:x]\d+)?$/, 'neither a shape ("16:9") nor a size ("1200x630")'],
  limit: DURATION,
  idle: DURATION,
};

/**
 * @param {number | null} value of `limit` or `idle`
 * @returns {number | undefined} none for what is no length of time
 */
export function milliseconds(value) {
  return value !== null && value >= 0 ? value : undefined;
}

/** Who made the page, and reads the console; is told each thing once. */
export class Author {
  /** @type {Set<string>} */
  #told = new Set();
  #field;

  /** @param {Element} field */
  constructor(field) {
    this.#field = field;
  }

  /**
   * @param {string} name
   * @param {string | null} value as written; null: no longer there
   */
  check(name, value) {
    const [meant, fault] = RULES[name] ?? [];
    if (meant && value !== null && !meant.test(value)) this.tell("error", `${name}="${value}" is ${fault}`);
  }

  /**
   * @param {"warn" | "error"} level
   * @param {string} text
   */
  tell(level, text) {
    if (!this.#told.has(text)) console[level](`<eyebright-input name="${this.#field.getAttribute("name") ?? ""}">: ${text}`, this.#field);
    this.#told.add(text);
  }
}
