// What the element needs once a file is there: fetched then, as most visitors of a page with a form choose none.

import { CorruptImage, InputError, LimitExceeded, UnsupportedFormat } from "../errors.js";
import { sharedEngine } from "../shared.js";
import { codeOf, renamed } from "../upload.js";

/**
 * @typedef {object} Made what is sent in place of a file, and why
 * @property {File} result
 * @property {any} report
 * @property {import("../client.js").DecisionRecord} record
 */

/** @param {import("../shared.js").SharedOptions} engine */
export function prepare(engine) {
  sharedEngine(engine).prepare();
}

/**
 * @param {File} file
 * @param {object} goal
 * @param {import("../shared.js").SharedOptions} engine
 * @param {import("../client.js").CallOptions & import("../shared.js").UseOptions} options
 * @returns {Promise<Made>}
 */
export async function make(file, goal, engine, options) {
  const { blob, report, record } = await sharedEngine(engine).optimise(file, goal, options);
  return { result: report.kept_original ? file : renamed(blob, file, report), report, record };
}

/**
 * Whose fault it is: the name of the words for a file that is no picture to be taken, or why the original is sent.
 * @param {unknown} error of `make`
 * @param {File} file
 * @returns {Promise<"UnsupportedFormat" | "CorruptImage" | "InputError" | import("./files.js").Fallback>}
 */
export async function judge(error, file) {
  if (error instanceof CorruptImage) return "CorruptImage";
  if (error instanceof UnsupportedFormat && !(await isHeic(file).catch(() => false))) return "UnsupportedFormat";
  const isTooMuchHere = error instanceof UnsupportedFormat || error instanceof LimitExceeded;
  if (error instanceof InputError && !isTooMuchHere) return "InputError";
  return { code: codeOf(error), text: String(/** @type {any} */ (error)?.message ?? error) };
}

/**
 * A photo as telephones take it, which few browsers read: the server may.
 * @param {File} file
 */
async function isHeic(file) {
  const start = new TextDecoder("latin1").decode(await file.slice(4, 12).arrayBuffer());
  return /^ftyp(he[a-z]{2}|mif1|msf1)$/.test(start); // ISO/IEC 23008-12, annex B
}
