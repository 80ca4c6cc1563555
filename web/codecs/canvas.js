// The browser's own encoders, behind a canvas: several times as quick as WebAssembly's, and plainer.
// Nothing is fetched for them. Opaque pictures only: a canvas premultiplies.

/** Media types by format, as a canvas takes them. PNG is for probes: it shows every pixel. */
const TYPES = { jpeg: "image/jpeg", webp: "image/webp", png: "image/png" };

/** What a format's name is where the canvas writes it. */
const QUICK = /^(jpeg|webp)-quick$/;

/** Formats that canvases may write lossily. */
export const quickFormats = ["jpeg", "webp"];

/** Highest quality, of 100: at 100 Chromium writes WebP losslessly, and JPEG with full chroma. */
const MOST = 99;

/**
 * @param {string} name as `jpeg-quick`
 * @returns {import("./index.js").Codec | null} null where it is none of these
 */
export function quickCodec(name) {
  const format = QUICK.exec(name)?.[1];
  if (!format) return null;
  const load = async () => (rgba, width, height, trial) => write(rgba, width, height, format, trial.quality);
  return { format: name, version: "the browser's canvas", files: [], load };
}

/**
 * @param {Uint8Array} rgba opaque
 * @param {number} width
 * @param {number} height
 * @param {string} format
 * @param {number} quality 0 to 100
 * @returns {Promise<Uint8Array | null>} null where the browser has no such encoder and takes another
 */
export async function write(rgba, width, height, format, quality) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true }); // not on a GPU
  context.putImageData(new ImageData(new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.length), width), 0, 0);
  const type = TYPES[format];
  const blob = await canvas.convertToBlob({ type, quality: Math.min(quality, MOST) / 100 });
  return blob.type === type ? new Uint8Array(await blob.arrayBuffer()) : null;
}
