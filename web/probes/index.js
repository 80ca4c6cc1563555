// Which pictures this browser really decodes: tiny files are decoded and their pixels looked at.
// A MIME claim is never trusted, and a canvas that adds noise (fingerprint protection) is found out.

import { decodeNative } from "../decoding.js";
import { probes } from "./probes.js";

const SIDE = 16;
/** Far above any codec's error on a flat quarter at quality 95, far below a wrong or empty picture. */
const TOLERANCE = 24;
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
 * @property {boolean} exact whether a lossless file came back to the bit: false means that the canvas adds noise
 * @property {boolean} straight whether a transparent lossless file came back to the bit, by WebGL
 */

/** @returns {Promise<DecoderProbe>} */
export async function probeDecoders() {
  const seen = await Promise.all(Object.entries(probes).map(probeFormat));
  return {
    decode: seen.filter(({ opaque }) => opaque).map(({ format }) => format),
    alpha: seen.filter(({ alpha }) => alpha).map(({ format }) => format),
    exact: seen.find(({ format }) => format === "png").exact,
    straight: await readsStraight(probes.png),
  };
}

async function probeFormat([format, { mime, opaque, alpha }]) {
  const plain = await pixelsOf(opaque, mime);
  const clear = alpha ? await pixelsOf(alpha, mime) : null;
  return {
    format,
    opaque: plain !== null && looksRight(plain, 255, TOLERANCE),
    alpha: clear !== null && looksRight(clear, 128, TOLERANCE),
    exact: plain !== null && looksRight(plain, 255, 0),
  };
}

/** The lower half is half transparent: premultiplied, its odd values would be rounded. */
async function readsStraight({ alpha, mime }) {
  const picture = await open(alpha, mime);
  const pixels = new Uint8Array(SIDE * SIDE * 4);
  const done = picture !== null && (await picture.copyStraight((use) => use(pixels)));
  picture?.close();
  return done && looksRight(pixels, 128, 0);
}

/** @returns {Promise<import("../decoding.js").Picture | null>} null where the browser does not decode it */
function open(base64, mime) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return decodeNative(bytes, mime).catch(() => null); // a refusal is the answer here
}

/** @returns {Promise<Uint8ClampedArray | null>} */
async function pixelsOf(base64, mime) {
  const picture = await open(base64, mime);
  if (picture === null) return null;
  const pixels = new Uint8ClampedArray(SIDE * SIDE * 4);
  if (picture.width === SIDE && picture.height === SIDE) picture.copyAll(pixels);
  picture.close();
  return pixels;
}

function looksRight(pixels, lowerAlpha, tolerance) {
  return QUARTERS.every(({ x, y, colour }) => {
    const at = 4 * (y * SIDE + x);
    const wanted = [...colour, y < SIDE / 2 ? 255 : lowerAlpha];
    return wanted.every((value, channel) => Math.abs(pixels[at + channel] - value) <= tolerance);
  });
}
