// What the engine asks the page to draw, for a worker draws no SVG.

import { errorFrom } from "./errors.js";

/** @type {Map<number, {resolve: (bitmap: ImageBitmap) => void, reject: (error: Error) => void}>} */
const waiting = new Map();
let lastId = 0;

/**
 * @param {Uint8Array} bytes an SVG; not usable afterwards
 * @returns {Promise<ImageBitmap>}
 */
export function askForDrawing(bytes) {
  const id = ++lastId;
  const drawn = new Promise((resolve, reject) => { waiting.set(id, { resolve, reject }); });
  self.postMessage({ draw: { id, bytes: bytes.buffer } }, /** @type {any} */ ({ transfer: [bytes.buffer] }));
  return drawn;
}

/** @param {{id: number, bitmap?: ImageBitmap, error?: import("./protocol.js").Fault}} answer */
export function takeDrawing({ id, bitmap, error }) {
  const asker = waiting.get(id);
  waiting.delete(id);
  if (bitmap) asker?.resolve(bitmap);
  else asker?.reject(errorFrom(error));
}
