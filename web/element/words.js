// What the element says, in English. Each sentence can be replaced; those with values take {names} or are functions of them.

/** @typedef {string | ((values: Record<string, any>) => string)} Phrase */

/** Begin and end of what reads by itself in any language: from left to right, or in its own direction (Unicode, UAX 9). */
const LTR = "\u2066";
export const ISOLATE = "\u2068";
export const END = "\u2069";

export const WORDS = {
  choose: "Choose a picture",
  chooseMany: "Choose pictures",
  chooseAnother: "Choose another picture",
  chooseMore: "Add pictures",
  ofField: "{action}: {label}",
  hint: "or drop or paste it here",
  hintMany: "or drop or paste them here",
  list: "Chosen pictures",
  needed: "Required",

  starting: "Getting ready",
  waiting: "Waiting",
  working: "Making it smaller",
  smaller: `${LTR}{before} → {after}${END}, looks the same`,
  smallerOnly: `${LTR}{before} → {after}${END}`,
  asItIs: "{before}, already as small as it gets",
  chosen: "{before}, your original",
  fallback: "{before}, is sent as it is",
  tooLarge: "{size}; at most {most} are taken",
  wrongType: "This kind of file is not taken here ({accept})",
  UnsupportedFormat: "This is not a picture that can be read here",
  CorruptImage: "This file is broken or cut short",
  InputError: "This file cannot be used; choose it again",
  provenanceLost: "Its content credentials (C2PA) vouch for the original only",
  hdrLost: "On HDR screens it shows no brighter lights than others",

  useOriginal: "Use the original",
  useSmaller: "Use the smaller one",
  remove: "Remove",
  ofFile: "{action}: {name}",
  removed: "{name} was removed",
  told: "{name}: {text}",

  sending: ({ count }) => `Finishing ${count === 1 ? "1 picture" : `${count} pictures`}; then the form is sent.`,
  sendNow: "Send now, as they are",
  required: "Choose a picture.",
  requiredMany: "Choose at least one picture.",
  invalid: "{name}: {text}.",
};

/** @typedef {Record<keyof typeof WORDS, Phrase>} Words */

/**
 * A phrase with its values.
 * @param {Phrase} phrase
 * @param {Record<string, any>} [values]
 * @returns {string}
 */
export function say(phrase, values = {}) {
  if (typeof phrase === "function") return phrase(values);
  return phrase.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * Bytes for people, in decimal units of their language: 8.1 MB.
 * @param {number} bytes
 * @param {string} language a BCP 47 tag; the browser's own language where it is none
 */
export function size(bytes, language) {
  const [unit, scale] = bytes >= 999_500 ? ["megabyte", 1e6] : bytes >= 1000 ? ["kilobyte", 1e3] : ["byte", 1];
  const value = bytes / scale;
  const digits = scale === 1 || value >= 99.95 ? 0 : 1;
  /** @type {Intl.NumberFormatOptions} */
  const options = { style: "unit", unit, unitDisplay: scale === 1 ? "long" : "short", maximumFractionDigits: digits };
  return new Intl.NumberFormat(known(language), options).format(value);
}

/** @param {string} language */
function known(language) {
  try {
    return Intl.getCanonicalLocales(language)[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined; // no language tag: the browser's own
    throw error;
  }
}
