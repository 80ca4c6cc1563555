// One file of the list: its picture, name, how far it is, what came of it, and what can be done about it.

import { button, make, write } from "./dom.js";
import { END, ISOLATE, say, size } from "./words.js";

/** Edge of a thumbnail, device pixels: 48 CSS pixels at twice the density. */
const THUMBNAIL_PX = 96;

/** Larger files are not decoded for a thumbnail. */
const MOST_THUMBNAIL_BYTES = 5_000_000;

/** Words for what the smaller file lacks, by the reason's code. */
const LOSSES = { "provenance-removed": "provenanceLost", "hdr-lost": "hdrLost" };

/**
 * @typedef {object} Shown what a row is drawn with
 * @property {import("./words.js").Words} words
 * @property {string} language
 * @property {string} accept
 * @property {number} most bytes that are taken; NaN for any number
 * @property {boolean} disabled
 */

/** The row of one item. */
export class Row {
  /** @type {File | null} of which the thumbnail is */
  #pictured = null;

  /**
   * @param {import("./files.js").Item} item
   * @param {{onRemove: () => void, onToggle: () => void}} on
   */
  constructor(item, { onRemove, onToggle }) {
    this.item = item;
    this.thumbnail = make("canvas", "thumbnail");
    this.thumbnail.width = this.thumbnail.height = 1;
    this.name = make("bdi", "name", [item.file.name]);
    this.text = make("span", "text");
    this.note = make("span", "note");
    this.progress = make("progress", "progress");
    this.progress.setAttribute("aria-label", item.file.name);
    this.toggle = button("original", onToggle);
    this.remove = button("remove", onRemove);
    const about = make("div", "about", [this.name, this.text, this.note, this.progress]);
    this.element = make("li", "item", [this.thumbnail, about, make("div", "actions", [this.toggle, this.remove])]);
  }

  /** @param {Shown} shown */
  draw(shown) {
    const { item } = this;
    const { words, disabled, most } = shown;
    const over = item.isOver(most);
    this.element.className = `item ${item.state}${over ? " too-large" : ""}`;
    this.element.setAttribute("part", `item item-${over ? "over" : item.state}`);
    write(this.text, describe(item, shown));
    write(this.note, noteOf(item, words));
    this.note.hidden = !this.note.textContent;
    this.progress.hidden = item.state !== "working";
    if (item.fraction) this.progress.value = item.fraction;
    this.toggle.hidden = !item.isNew;
    label(this.toggle, say(item.keepsOwn ? words.useSmaller : words.useOriginal), item, words);
    label(this.remove, say(words.remove), item, words);
    this.toggle.disabled = this.remove.disabled = disabled;
    if (item.state === "done" && this.#pictured !== item.sent) this.#picture(item.sent);
  }

  /** @param {File} file */
  async #picture(file) {
    this.#pictured = file;
    if (file.size > MOST_THUMBNAIL_BYTES) return;
    const bitmap = await createImageBitmap(file, { resizeHeight: THUMBNAIL_PX, resizeQuality: "medium" }).catch(() => null);
    if (bitmap && this.#pictured === file) cover(this.thumbnail, bitmap); // what this browser does not show has none
    bitmap?.close();
  }
}

/**
 * What is said of an item.
 * @param {import("./files.js").Item} item
 * @param {Shown} shown
 * @returns {string}
 */
export function describe(item, { words, language, accept, most }) {
  const bytes = (count) => `${ISOLATE}${size(count, language)}${END}`;
  const values = { before: bytes(item.file.size), after: bytes(item.sent.size), accept };
  if (item.state === "working") return say(item.stage === "start" ? words.starting : item.stage ? words.working : words.waiting);
  if (item.state === "failed") return say(words[item.fault], values);
  if (item.isOver(most)) return say(words.tooLarge, { size: values.after, most: bytes(most) });
  if (item.state === "original") return say(words.fallback, values);
  if (item.keepsOwn) return say(words.chosen, values);
  if (!item.isNew) return say(words.asItIs, values);
  return say(item.looksTheSame ? words.smaller : words.smallerOnly, values);
}

/**
 * What the file that is sent lacks and people should know; empty for nothing.
 * @param {import("./files.js").Item} item
 * @param {import("./words.js").Words} words
 */
function noteOf(item, words) {
  if (!item.isNew || item.keepsOwn) return "";
  const codes = item.report.reasons.map(({ code }) => code).filter((code) => code in LOSSES);
  return codes.map((code) => `${say(words[LOSSES[code]])}.`).join(" ");
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} action
 * @param {import("./files.js").Item} item
 * @param {import("./words.js").Words} words
 */
function label(button, action, item, words) {
  write(button, action);
  button.setAttribute("aria-label", say(words.ofFile, { action, name: item.file.name }));
}

/**
 * Draw the middle of the picture so that it fills the square.
 * @param {HTMLCanvasElement} canvas
 * @param {ImageBitmap} bitmap
 */
function cover(canvas, bitmap) {
  canvas.width = canvas.height = THUMBNAIL_PX;
  const scale = THUMBNAIL_PX / Math.min(bitmap.width, bitmap.height);
  const width = bitmap.width * scale;
  const height = bitmap.height * scale;
  canvas.getContext("2d").drawImage(bitmap, (THUMBNAIL_PX - width) / 2, (THUMBNAIL_PX - height) / 2, width, height);
}
