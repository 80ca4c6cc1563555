// What the page's Python asks of JavaScript. Two rules of MicroPython's bridge shape it: a
// synchronous throw cannot be caught in Python (a rejected promise can), and whole numbers
// cross as 32 bits. So what may fail is async, and sizes and reports cross as JSON.

import { textOf } from "../inputs.js";
import { zip } from "./zip.js";

/** Edge of a thumbnail, device pixels: 72 CSS pixels at twice the density. */
const THUMBNAIL_PX = 144;
/** Milliseconds after which a download has surely taken its address. */
const DOWNLOAD_GRACE_MS = 60_000;

/**
 * @param {import("./intake.js").Taken} taken
 * @returns {string} JSON
 */
export function describe({ file, path }) {
  return JSON.stringify({ name: file.name, path, size_bytes: file.size });
}

/**
 * @param {import("../client.js").Eyebright} engine
 * @param {File} file
 * @param {string} wish JSON of the goal and the policy file, or null for none
 * @param {boolean} cache whether its result is kept in this browser, and a kept one used
 * @param {AbortSignal} signal
 * @param {(stage: string, format: string, trial: number, fraction: number) => void} onProgress
 * @returns {Promise<{blob: Blob, report: string, record: string}>}
 */
export async function optimise(engine, file, wish, cache, signal, onProgress) {
  const { goal, policies } = JSON.parse(wish);
  const { blob, report, record } = await engine.optimise(file, goal, {
    signal,
    cache,
    policies: policies ?? undefined,
    onProgress: ({ stage, format, trial, fraction }) => onProgress(stage, format, trial, fraction),
  });
  return { blob, report: JSON.stringify(report), record: JSON.stringify(record) };
}

/**
 * The text of a policy file; rejects where it is none.
 * @param {File} file
 */
export async function readPolicy(file) {
  return textOf(file);
}

/**
 * The kinds of content that a policy file adds or changes; rejects with what is wrong with it, and where.
 * @param {import("../client.js").Eyebright} engine
 * @param {string} name
 * @param {string} text
 * @returns {Promise<string>} JSON
 */
export async function checkPolicy(engine, name, text) {
  const [theirs, ours] = await Promise.all([engine.policies({ name, text }), engine.policies([])]);
  const isNew = ([kind, policy]) => JSON.stringify(policy) !== JSON.stringify(ours.contents[kind]);
  const kinds = Object.entries(theirs.contents).filter(isNew);
  return JSON.stringify(kinds.map(([kind, policy]) => ({ name: kind, ...policy })));
}

/**
 * Delete the results of earlier visits.
 * @param {import("../client.js").Eyebright} engine
 * @returns {Promise<number>} how many there were
 */
export const forget = (engine) => engine.clearCache();

/**
 * Whether two files hold the same bytes; false where one can no longer be read, so that each is
 * then worked on by itself and tells its own trouble.
 * @param {Blob} first
 * @param {Blob} second
 * @returns {Promise<boolean>}
 */
export async function sameBytes(first, second) {
  try {
    const buffers = await Promise.all([first.arrayBuffer(), second.arrayBuffer()]);
    const [a, b] = buffers.map((buffer) => new Uint8Array(buffer));
    return a.length === b.length && a.every((value, index) => value === b[index]);
  } catch {
    return false;
  }
}

/** @type {Promise<any>} */
let lastThumbnail = Promise.resolve();

/**
 * Draw a small copy. One picture is decoded at a time, so that many large ones do not fill memory.
 * @param {Blob} blob
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<boolean>} false where this browser does not show the format
 */
export function thumbnail(blob, canvas) {
  lastThumbnail = lastThumbnail.then(() => draw(blob, canvas));
  return lastThumbnail;
}

async function draw(blob, canvas) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    return false; // broken, or a format that only the engine reads
  }
  const scale = Math.min(1, THUMBNAIL_PX / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return true;
}

/**
 * Show a picture at an address; gives its size, or null where this browser does not show it.
 * @param {HTMLImageElement} image
 * @param {string} address
 */
export async function show(image, address) {
  image.src = address;
  try {
    await image.decode();
  } catch {
    return null;
  }
  return { width: image.naturalWidth, height: image.naturalHeight };
}

/** Of the map of attention at its densest, so that the picture can still be seen; of 255. */
const HEAT_ALPHA = 190;
/** From what hardly draws the eye to what draws it most: dark blue, violet, orange, light yellow. */
const HEAT = [[20, 20, 90], [140, 30, 140], [240, 110, 40], [255, 245, 160]];

/**
 * Draw a square map one pixel a cell; CSS scales it over the picture, smoothly.
 * @param {HTMLCanvasElement} canvas
 * @param {string} cells JSON of the values, row by row; empty where nothing is known
 * @param {number} side cells
 * @param {number} most the greatest value
 */
export function drawHeat(canvas, cells, side, most) {
  canvas.width = canvas.height = side;
  const values = JSON.parse(cells);
  const image = new ImageData(side, side);
  values.forEach((value, index) => image.data.set(heatOf(value / most), 4 * index));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** @param {number} share 0 to 1 */
function heatOf(share) {
  const at = Math.min(share, 0.999) * (HEAT.length - 1);
  const [low, high] = [HEAT[Math.floor(at)], HEAT[Math.floor(at) + 1]];
  const colour = low.map((value, channel) => value + (high[channel] - value) * (at % 1));
  return [...colour, HEAT_ALPHA * Math.sqrt(share)];
}

/**
 * Hand all files to the visitor as one archive.
 * @param {{name: string, blob: Blob}[]} files
 * @param {string} name of the archive
 */
export async function saveZip(files, name) {
  save(await zip(files), name);
}

/**
 * Hand a report and the record of its decision to the visitor as a file.
 * @param {string} report JSON
 * @param {string} record JSON
 * @param {string} name
 */
export function saveReport(report, record, name) {
  const whole = { report: JSON.parse(report), record: JSON.parse(record) };
  save(new Blob([JSON.stringify(whole, null, 2)], { type: "application/json" }), name);
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), DOWNLOAD_GRACE_MS);
}

/**
 * Whether this file can be handed to other programs, on a device where that is the usual way:
 * a phone saves pictures into its library only so.
 * @param {Blob} blob
 * @param {string} name
 */
export function canShare(blob, name) {
  if (!matchMedia("(pointer: coarse)").matches) return false;
  return navigator.canShare?.({ files: [fileOf(blob, name)] }) ?? false;
}

/**
 * @param {Blob} blob
 * @param {string} name
 * @returns {Promise<boolean>} false where the visitor or the device would rather not
 */
export async function share(blob, name) {
  try {
    await navigator.share({ files: [fileOf(blob, name)] });
    return true;
  } catch (error) {
    if (error.name !== "AbortError") console.info("Sharing did not work:", error.message);
    return false;
  }
}

const fileOf = (blob, name) => new File([blob], name, { type: blob.type });

/**
 * Keep something for the next visit, where the browser allows it.
 * @param {string} name
 * @param {string} text JSON
 */
export function remember(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch (error) {
    console.info(`${name} is not kept: this browser does not allow it.`, error.name);
  }
}

/** @returns {number} of this machine, as far as the browser tells */
export const cores = () => navigator.hardwareConcurrency ?? 1;

/**
 * @param {string} name
 * @returns {string} JSON, "" where nothing is kept
 */
export function recall(name) {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return ""; // storage is denied: the visit starts with the defaults
  }
}
