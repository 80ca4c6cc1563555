// Which pictures this browser really decodes: tiny files are decoded and their pixels looked at.
// A MIME claim is never trusted, and a canvas that adds noise (fingerprint protection) is found out: not
// by the tiny files, for such noise may be sparse, but by a larger picture full of values.

import { quickFormats, write } from "../codecs/canvas.js";
import { decodeNative, readerOf } from "../decoding.js";
import { readStraight } from "../straight.js";
import { probes } from "./probes.js";

const SIDE = 16;
/** Far above any codec's error on a flat quarter at quality 95, far below a wrong or empty picture. */
const TOLERANCE = 24;
/** Pixels a side of the picture that shows noise: a quarter of a million values. Our choice. */
const NOISE_SIDE = 256;
const WHOLE = { x: 0, y: 0, width: NOISE_SIDE, height: NOISE_SIDE };
/** Middles of the quarters, and their colours. */
const QUARTERS = [
  { x: 4, y: 4, colour: [255, 0, 0] },
  { x: 12, y: 4, colour: [0, 255, 0] },
  { x: 4, y: 12, colour: [0, 0, 255] },
  { x: 12, y: 12, colour: [255, 255, 255] },
];

/**
 * @typedef {object} DecoderProbe
 * @property {string[]} decode formats whose opaque file came out right
 * @property {string[]} alpha formats whose transparent file came out right
 * @property {boolean} exact whether pixels come back to the bit as they are commonly read, by frames or a canvas
 * @property {boolean} canvas whether they come back so from a canvas, by which turned pictures are read
 * @property {string[]} writes formats that the canvas writes, where it writes the pixels that it was given
 * @property {boolean} straight whether a transparent lossless file came back to the bit, by WebGL
 */

/** @returns {Promise<DecoderProbe>} */
export async function probeDecoders() {
  const seen = await Promise.all(Object.entries(probes).map(probeFormat));
  return {
    decode: seen.filter(({ opaque }) => opaque).map(({ format }) => format),
    alpha: seen.filter(({ alpha }) => alpha).map(({ format }) => format),
    exact: seen.find(({ format }) => format === "png").exact && (await readsBack(false)),
    canvas: await readsBack(true),
    writes: (await writesExactly()) ? await formatsWritten() : [],
    straight: (await readsStraight(probes.png)) && (await readsStraightBack()),
  };
}

async function probeFormat([format, { mime, opaque, alpha }]) {
  const plain = await read(opaque, mime, 3, (picture, rgb) => picture.copyOpaque((use) => use(rgb)));
  const clear = alpha ? await read(alpha, mime, 4, (picture, rgba) => picture.copyRoughly(rgba)) : null;
  return {
    format,
    opaque: looksRight(plain, 255, TOLERANCE),
    alpha: looksRight(clear, 128, TOLERANCE),
    exact: looksRight(plain, 255, 0),
  };
}

/**
 * @param {boolean} turned read as turned pictures are
 * @returns {Promise<boolean>} whether every value of an opaque picture comes back as it was put in
 */
async function readsBack(turned) {
  const data = values(255);
  const bitmap = await createImageBitmap(new ImageData(data, NOISE_SIDE));
  const reader = await readerOf(bitmap, turned);
  const found = await reader.read(WHOLE);
  const same = data.every((value, at) => value === found[at]);
  reader.close();
  bitmap.close();
  return same;
}

/** @returns {Promise<boolean>} the same of a transparent picture by WebGL */
async function readsStraightBack() {
  const data = values(128);
  const bitmap = await createImageBitmap(new ImageData(data, NOISE_SIDE), { premultiplyAlpha: "none" });
  const found = await readStraight(bitmap, WHOLE);
  bitmap.close();
  return found !== null && data.every((value, at) => value === found[at]);
}

/** @returns {Promise<boolean>} whether a PNG of the canvas holds every value that was put in */
async function writesExactly() {
  const data = values(255);
  const png = await written(new Uint8Array(data.buffer), NOISE_SIDE, "png");
  const picture = png && (await decodeNative(png, "image/png").catch(() => null));
  if (!picture) return false;
  const found = new Uint8Array(NOISE_SIDE ** 2 * 3);
  const opaque = await picture.copyOpaque((use) => use(found));
  picture.close();
  return opaque && found.every((value, at) => value === data[at + Math.floor(at / 3)]);
}

/** @returns {Promise<string[]>} what comes as what it was asked to be */
async function formatsWritten() {
  const flat = new Uint8Array(4 * SIDE ** 2).fill(255);
  const files = await Promise.all(quickFormats.map((format) => written(flat, SIDE, format)));
  return quickFormats.filter((_, at) => files[at] !== null);
}

/** @returns {Promise<Uint8Array | null>} null where the browser writes no such file, or has no such canvas */
function written(rgba, side, format) {
  return write(rgba, side, side, format, 100).catch(() => null); // a refusal is the answer here
}

/** @param {number} alpha of all pixels; their colours are mixed, by a formula */
function values(alpha) {
  return new Uint8ClampedArray(4 * NOISE_SIDE ** 2).map((_, at) => (at % 4 === 3 ? alpha : ((at * at) >> 5) & 255));
}

/** The lower half is half transparent: premultiplied, its values would be rounded. */
async function readsStraight({ alpha, mime }) {
  const clear = await read(alpha, mime, 4, (picture, rgba) => picture.copyStraight((use) => use(rgba)));
  return looksRight(clear, 128, 0);
}

/**
 * @param {string} base64
 * @param {string} mime
 * @param {number} channels
 * @param {(picture: import("../decoding.js").Picture, pixels: Uint8Array) => unknown} copy
 * @returns {Promise<Uint8Array | null>} null where the browser does not decode it
 */
async function read(base64, mime, channels, copy) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const picture = await decodeNative(bytes, mime).catch(() => null); // a refusal is the answer here
  if (picture === null) return null;
  const pixels = new Uint8Array(SIDE * SIDE * channels);
  if (picture.width === SIDE && picture.height === SIDE) await copy(picture, pixels);
  picture.close();
  return pixels;
}

/** Whether the middle of each quarter has its colour; a picture that could not be read has none. */
function looksRight(pixels, lowerAlpha, tolerance) {
  if (pixels === null) return false;
  const channels = pixels.length / SIDE ** 2;
  return QUARTERS.every(({ x, y, colour }) => {
    const at = channels * (y * SIDE + x);
    const wanted = [...colour, y < SIDE / 2 ? 255 : lowerAlpha].slice(0, channels);
    return wanted.every((value, channel) => Math.abs(pixels[at + channel] - value) <= tolerance);
  });
}
