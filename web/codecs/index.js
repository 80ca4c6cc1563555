// The codecs by format. Adding one is one file beside these and one line here.

import { quickCodec } from "./canvas.js";

/**
 * @typedef {object} Trial one encode, as `eyebright.values.Trial`
 * @property {string} format
 * @property {number} width
 * @property {number} height
 * @property {number} quality 0 to 100
 * @property {boolean} lossless
 * @property {"420" | "444"} subsampling
 * @property {number} speed the encoder's own effort dial
 * @property {"" | "quick"} [encoder] the usual one, or the canvas's
 */

/** @typedef {(rgba: Uint8Array, width: number, height: number, trial: Trial) => Uint8Array | null | Promise<Uint8Array | null>} Encode */
/**
 * @typedef {object} Samples
 * @property {Uint8ClampedArray | Uint16Array} data height x width x 4, from 0 to the most that the bits hold
 * @property {number} width
 * @property {number} height
 */
/** @typedef {(bytes: Uint8Array, bits?: number) => Samples | null} Decode straight alpha, profile and orientation
 *   ignored; in 8 bits, but in as many as asked for (10 or 12) where it is AVIF's */

/**
 * @typedef {object} Codec
 * @property {string} format
 * @property {string} version library and version, and the package that carries it
 * @property {string[]} files what may be fetched, relative to the codecs' folder
 * @property {(base: string) => Promise<Encode>} load
 * @property {(base: string) => Promise<Decode>} [loadDecoder] for what the browser cannot decode, or not exactly
 */

/** @type {Record<string, () => Promise<{codec: Codec}>>} */
const LOADERS = {
  jpeg: () => import("./jpeg.js"),
  webp: () => import("./webp.js"),
  avif: () => import("./avif.js"),
  jxl: () => import("./jxl.js"),
  png: () => import("./png.js"),
};

/** Formats that have an encoder here. */
export const encodable = Object.keys(LOADERS);

/** Formats that have a decoder here; for the others there are the browser and Pillow. */
export const decodable = ["jpeg", "webp", "avif", "jxl"];

/**
 * @param {string} format or as `jpeg-quick`, which the canvas writes
 * @returns {Promise<Codec>}
 */
export async function findCodec(format) {
  const quick = quickCodec(format);
  if (quick) return quick;
  const load = LOADERS[format];
  if (!load) throw new Error(`no encoder for ${format}; there are ${encodable.join(", ")}`);
  return (await load()).codec;
}
