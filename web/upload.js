// What is sent in place of a chosen file: a smaller one that looks the same, where there is one. Nothing that fails here
// keeps a file from being sent: then the original goes, and what is told says why.

import { CapabilityMissing, EngineError, InputError, PolicyError } from "./errors.js";
import { PICTURE } from "./page/intake.js";
import { sharedEngine } from "./shared.js";

/** Endings that differ from the format's name, as in `eyebright.values`. */
const EXTENSION = { jpeg: "jpg", tiff: "tif" };

/**
 * Why an original is sent where no decision could be made.
 * @typedef {object} Fallback
 * @property {"no-picture" | "engine" | "file" | "goal" | "fault" | "limit"} code no-picture: the file is none; engine: it cannot
 *   run here; file: it cannot read this one; goal: what the page asks for is not possible, which the console tells once;
 *   fault: its work failed; limit: the time was over
 * @property {string} text a sentence for developers
 */

/**
 * What came of one file, in few words: for people, and for a server that does not read records.
 * @typedef {object} Saving
 * @property {string} original_name
 * @property {number} original_bytes
 * @property {number} bytes of what is sent
 * @property {string} format of what is sent; empty where nobody looked
 * @property {number | null} score SSIMULACRA2 of what is sent; null where nobody looked
 * @property {boolean} kept_original
 * @property {Fallback | null} fallback
 */

/**
 * @typedef {object} Sent
 * @property {File} file what to send: smaller and rightly named, or the original itself
 * @property {Saving} saving
 * @property {import("./client.js").DecisionRecord | null} record what was decided and why; null where nothing could be
 */

/**
 * @typedef {object} UploadOptions
 * @property {import("./client.js").Goal} [goal] as for `optimise`
 * @property {string | URL} [base] folder of the engine, as for `createEyebright`
 * @property {number} [limit] milliseconds after which the original goes; as long as it takes where left out
 * @property {AbortSignal} [signal] gives the upload up: rejects with its reason
 * @property {(progress: import("./protocol.js").Progress) => void} [onProgress]
 */

/**
 * What to send in place of a file, by the page's shared engine. Rejects for the signal alone.
 * @param {File} file
 * @param {UploadOptions} [options]
 * @returns {Promise<Sent>}
 */
export async function prepareUpload(file, { goal = {}, base, limit, signal, onProgress } = {}) {
  signal?.throwIfAborted();
  if (!isPicture(file)) return original(file, { code: "no-picture", text: `${file.type || "a file of no type"} is no picture` });
  const patience = limit === undefined ? undefined : AbortSignal.timeout(limit);
  const signals = [signal, patience].filter((one) => one !== undefined);
  try {
    const options = { signal: AbortSignal.any(signals), onProgress };
    return smaller(file, await sharedEngine({ base }).optimise(file, goal, options));
  } catch (error) {
    signal?.throwIfAborted();
    if (patience?.aborted) return original(file, { code: "limit", text: `it was not done after ${limit} ms` });
    const fallback = { code: codeOf(error), text: String(error?.message ?? error) };
    if (fallback.code === "goal") warnOnce(`Originals are sent: ${fallback.text}`);
    return original(file, fallback);
  }
}

/**
 * What a form sends beside a file, as JSON: the record, or why there is none.
 * @param {Pick<Sent, "record" | "saving">} sent
 */
export function recordOf({ record, saving }) {
  return JSON.stringify(record ?? { fallback: saving.fallback });
}

/**
 * The bytes as a file with the original's name, the ending changed where the format did.
 * @param {Blob} blob
 * @param {File} file
 * @param {{format: string, original_format: string, mime: string}} report
 */
export function renamed(blob, file, { format, original_format: before, mime }) {
  const name = format === before ? file.name : withEnding(file.name, EXTENSION[format] ?? format);
  return new File([blob], name, { type: mime, lastModified: file.lastModified });
}

/**
 * The name with this ending in place of its own, if it has one.
 * @param {string} name
 * @param {string} ending without the dot
 */
export function withEnding(name, ending) {
  return `${name.replace(/(?<=[^/])\.[^./]*$/, "")}.${ending}`;
}

/**
 * Somebody has chosen this file, and may send it: have the engine started meanwhile, if it is a picture.
 * @param {{name: string, type: string}} file
 * @param {{base?: string | URL}} [options]
 */
export function expectUpload(file, { base } = {}) {
  if (isPicture(file)) sharedEngine({ base }).prepare();
}

/** @param {{name: string, type: string}} file */
function isPicture({ name, type }) {
  return type.startsWith("image/") || (!type && PICTURE.test(name));
}

/**
 * @param {File} file
 * @param {Awaited<ReturnType<import("./client.js").Eyebright["optimise"]>>} made
 * @returns {Sent}
 */
function smaller(file, { blob, report, record }) {
  const sent = report.kept_original ? file : renamed(blob, file, report);
  const { format, score, kept_original } = report;
  return { file: sent, saving: saving(file, { bytes: sent.size, format, score, kept_original }), record };
}

/**
 * @param {File} file
 * @param {Fallback} fallback
 * @returns {Sent}
 */
function original(file, fallback) {
  return { file, saving: saving(file, { fallback }), record: null };
}

/**
 * @param {File} file
 * @param {Partial<Saving>} told
 * @returns {Saving}
 */
function saving(file, told) {
  const nothing = { bytes: file.size, format: "", score: null, kept_original: true, fallback: null };
  return { original_name: file.name, original_bytes: file.size, ...nothing, ...told };
}

/**
 * The code of a fallback by what went wrong.
 * @param {unknown} error
 * @returns {Fallback["code"]}
 */
export function codeOf(error) {
  if (error instanceof EngineError || error instanceof CapabilityMissing) return "engine";
  if (error instanceof InputError) return "file";
  return error instanceof PolicyError ? "goal" : "fault";
}

/** What the console was told. @type {Set<string>} */
const warned = new Set();

/** @param {string} text for developers: their users lose nothing by it, so nobody else would tell */
function warnOnce(text) {
  if (warned.has(text)) return;
  warned.add(text);
  console.warn(`Eyebright: ${text}`);
}
