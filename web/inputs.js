// What callers hand in: checked here, before it goes to the engine.

import { InputError, PolicyError } from "./errors.js";

/** Bytes of finished results that are kept at most, where somebody asks to keep any: some thousand pictures. */
const KEPT_BYTES = 200_000_000;

/**
 * @param {import("./client.js").Bytes} file
 * @returns {Blob}
 */
export function toBlob(file) {
  if (file instanceof Blob) return file;
  if (file instanceof ArrayBuffer || ArrayBuffer.isView(file)) return new Blob([file]);
  throw new InputError(`expected a Blob, File, ArrayBuffer or Uint8Array, got ${kindOf(file)}`);
}

/**
 * Whether these are facts that `analyse` or `crops` gave before, not a file.
 * @param {import("./client.js").Bytes | import("./client.js").Facts} picture
 * @returns {picture is import("./client.js").Facts}
 */
export function areFacts(picture) {
  return typeof (/** @type {any} */ (picture)?.sha256) === "string";
}

/** What every call may be given that looks at a picture. */
const OF_PICTURES = ["name", "signal", "onProgress", "capabilities", "policies", "cache", "limits", "models"];
const OF_DECISIONS = ["policies", "signal"];
const OF_OTHERS = ["signal"];

/** The options of each call by name: the CallOptions, CropOptions, DecideOptions and EndOptions of client.js. */
const OPTIONS = {
  createEyebright: ["onProgress", "signal", "silence", "cache", "warm", "base"],
  optimise: OF_PICTURES,
  score: OF_PICTURES,
  analyse: OF_PICTURES,
  crops: ["n", "context", "content", "focal", "box", "file", ...OF_PICTURES],
  capabilities: OF_PICTURES,
  decide: OF_DECISIONS,
  record: OF_DECISIONS,
  verifyRecord: OF_DECISIONS,
  explain: OF_OTHERS,
  policies: OF_OTHERS,
  clearCache: OF_OTHERS,
  warm: OF_OTHERS,
  free: OF_OTHERS,
};

/**
 * The options of a call, which a misspelt name, a signal by itself or a second object of them would silently not be.
 * @template {object} Options
 * @param {keyof typeof OPTIONS} call
 * @param {Options} options
 * @param {unknown[]} [excess] arguments after the options
 * @returns {Partial<Options>}
 */
export function optionsOf(call, options = /** @type {Options} */ ({}), excess = []) {
  if (excess.length) throw new PolicyError(`${call}: too many arguments; give all options, the signal too, in one object, the last`);
  if (!isCollection(options)) throw new PolicyError(`${call}: expected its options in an object, got ${kindOf(options)}`);
  const known = OPTIONS[call];
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (!unknown.length) return options;
  throw new PolicyError(`${call}: no such option: ${unknown.join(", ")}; there ${known.length > 1 ? "are" : "is"} ${known.join(", ")}`);
}

/** @param {unknown} file */
export function nameOf(file) {
  return file instanceof File ? file.name : "";
}

/**
 * @param {object} facts
 * @param {object} goal
 * @param {object | undefined} capabilities
 * @param {import("./client.js").Policies | undefined} policies
 */
export async function question(facts, goal, capabilities, policies) {
  return { facts, goal, capabilities, window: screen(), policies: await readPolicies(policies) };
}

/** What only a window knows of its screen; the engine's worker sees the rest. Nothing in a worker. */
export function screen() {
  const { devicePixelRatio, innerWidth } = globalThis;
  return { devicePixelRatio, innerWidth };
}

/**
 * @param {import("./client.js").Policies | undefined} policies
 * @returns {Promise<{name: string, text: string}[]>}
 */
export async function readPolicies(policies = []) {
  return Promise.all((Array.isArray(policies) ? policies : [policies]).map(readPolicy));
}

/** @param {import("./client.js").PolicyFile} file */
async function readPolicy(file) {
  if (typeof file === "string") return { name: "", text: file };
  if (file instanceof Blob) return { name: nameOf(file), text: await textOf(file) };
  if (typeof file?.text === "string") return { name: String(file.name ?? ""), text: file.text };
  throw new PolicyError(`expected a policy file, its text, or {name, text}, got ${kindOf(file)}`);
}

/**
 * The text of a policy file, in UTF-8 as TOML wants it.
 * @param {Blob} file
 * @returns {Promise<string>}
 */
export async function textOf(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new PolicyError(`${nameOf(file) || "a policy file"}: it is no text in UTF-8; give a TOML file`);
  }
}

/**
 * The value as the engine will read it, JSON: JSON.stringify would drop without a word what it cannot say.
 * @param {unknown} value
 * @param {string} path where it stands, for the error
 * @param {object[]} around what it lies in, so that a circle is seen
 * @returns {any} a copy; undefined stays what was left out
 */
export function plain(value, path, around = []) {
  if (value === undefined || value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    throw new PolicyError(`${path}: ${value} is no finite number; give one, or leave it out`);
  }
  if (!isCollection(value)) throw new PolicyError(`${path}: expected a plain value, got ${kindOf(value)}`);
  if (around.includes(value)) throw new PolicyError(`${path}: it lies in itself; give plain values`);
  const within = [...around, value];
  if (Array.isArray(value)) return value.map((part, index) => plain(part, `${path}[${index}]`, within));
  const parts = Object.entries(value).map(([key, part]) => [key, plain(part, path ? `${path}.${key}` : key, within)]);
  return Object.fromEntries(parts);
}

/**
 * @param {unknown} value
 * @returns {value is object} an array or a plain object: a Map or a Date would lose what it holds
 */
function isCollection(value) {
  return Array.isArray(value) || Object.prototype.toString.call(value) === "[object Object]";
}

/** @param {unknown} value */
function kindOf(value) {
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return value.constructor?.name ?? "object";
}

/**
 * @param {boolean | {maxBytes: number}} cache
 * @returns {number} bytes of results that are kept at most; 0 for none
 */
export function mostKept(cache) {
  if (typeof cache === "boolean") return cache ? KEPT_BYTES : 0;
  const most = cache?.maxBytes;
  if (Number.isSafeInteger(most) && most >= 0) return most;
  throw new PolicyError("cache: expected true, false or {maxBytes} with a whole number of bytes, 0 or more");
}
