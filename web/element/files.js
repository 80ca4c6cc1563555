// One chosen file: whether it is taken, what becomes of it, and what of it a form sends.

import { PICTURE } from "../page/intake.js";

/** Least SSIMULACRA2 of which "looks the same" is said: "high" (github.com/cloudinary/ssimulacra2). */
const LOOKS_THE_SAME = 70;

/**
 * Why an original is sent, for the server: `record.fallback`.
 * @typedef {object} Fallback
 * @property {import("../upload.js").Fallback["code"] | "unfinished" | "chosen" | "refused"} code unfinished: a script sent the
 *   form meanwhile; chosen: the person took the original; refused: it is no picture that is taken, and was sent all the same
 * @property {string} text a sentence for developers
 */

/** @typedef {"working" | "done" | "original" | "failed"} ItemState original: it goes as it is, as nothing else could be made */

/**
 * Whether a file field with this `accept` takes the file (HTML, 4.10.5.1.17); by its type, or its ending where it has none.
 * @param {string} accept
 * @param {File} file
 */
export function accepts(accept, file) {
  const tokens = accept.toLowerCase().split(",").map((token) => token.trim()).filter(Boolean);
  const name = file.name.toLowerCase();
  const isPicture = file.type.startsWith("image/") || (!file.type && PICTURE.test(name));
  return !tokens.length || tokens.some((token) => {
    if (token.startsWith(".")) return name.endsWith(token);
    return token === "image/*" ? isPicture : token === file.type || (token.endsWith("/*") && file.type.startsWith(token.slice(0, -1)));
  });
}

/** A file that somebody chose. Changed by its own methods alone. */
export class Item {
  /** @type {ItemState} */
  state = "working";
  /** 0 to 1 */
  fraction = 0;
  /** start, of the engine, then intake, analyse and so on; empty: it waits for its turn */
  stage = "";
  /** @type {File | null} */
  result = null;
  /** @type {any} */
  report = null;
  /** @type {import("../client.js").DecisionRecord | null} */
  record = null;
  /** @type {Error | null} what the work ended with, if not with a result */
  error = null;
  /** Name of the words for why it is refused. */
  fault = "";
  /** @type {Fallback} */
  fallback = { code: "unfinished", text: "the form was sent before the work on it was finished" };
  /** The person wants the original. */
  keepsOwn = false;
  abort = new AbortController();

  /** @param {File} file */
  constructor(file) {
    this.file = file;
  }

  /** The file that the form sends. */
  get sent() {
    return this.result && !this.keepsOwn ? this.result : this.file;
  }

  /** What was decided about that file, or why it is the original, as JSON. */
  get told() {
    if (this.state !== "done") return JSON.stringify({ fallback: this.fallback });
    if (this.keepsOwn) return JSON.stringify({ fallback: { code: "chosen", text: "the person chose the original" } });
    return JSON.stringify(this.record);
  }

  /** Whether there is something else than the original. */
  get isNew() {
    return this.state === "done" && !this.report.kept_original;
  }

  get looksTheSame() {
    return this.report.target_reached && this.report.score >= LOOKS_THE_SAME;
  }

  /** @param {number} most bytes that the form takes; NaN for any number */
  isOver(most) {
    return this.state === "done" && this.sent.size > most;
  }

  /** @param {{stage: string, fraction: number}} progress */
  advance({ stage, fraction }) {
    this.stage = stage;
    this.fraction = fraction;
  }

  /** @param {import("./work.js").Made} made */
  finish({ result, report, record }) {
    Object.assign(this, { result, report, record });
    this.state = "done";
  }

  /**
   * It is no file that is taken here.
   * @param {string} fault name of the words that say why
   */
  refuse(fault) {
    this.fault = fault;
    this.fallback = { code: "refused", text: `it is no picture that is taken (${fault})` };
    this.state = "failed";
  }

  /** @param {Fallback} fallback */
  fallBack(fallback) {
    this.fallback = fallback;
    this.state = "original";
  }

  /** Work on it again, as another result is wanted. */
  again() {
    this.abort.abort();
    const fresh = new Item(this.file);
    fresh.keepsOwn = this.keepsOwn;
    return fresh;
  }
}
