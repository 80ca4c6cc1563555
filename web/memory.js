// Memory given back at once, where the browser can: large buffers pile up long before a collection.

/**
 * Free an array's buffer; the array is empty afterwards. Browsers without ArrayBuffer.prototype.transfer
 * (before Chromium 114, Firefox 122, Safari 17.4) free it when they collect.
 * @param {{buffer: ArrayBufferLike}} array
 */
export function release({ buffer }) {
  if (buffer.byteLength > 0) /** @type {any} */ (buffer).transfer?.(0);
}
