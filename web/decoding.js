// The browser's own decoder: upright, converted to sRGB, exact for opaque pictures (in Chromium 156
// equal to libjpeg-turbo's, libwebp's and libavif's own pixels, bit for bit).
//
// Caveats, all measured in Chromium 156:
// - a canvas premultiplies, so transparent pictures do not come back exact: `copyOpaque` says so and
//   the caller takes another decoder;
// - ImageDecoder is no way out: it premultiplies too, and blurs 4:2:0 chroma less well (up to 34 of 255);
// - AVIF's alpha channel differs from libavif's by up to 20 of 255.

import { CorruptImage } from "./errors.js";

/** Pixels of one tile: small enough for every browser's canvas limit, large enough to be quick. */
const TILE_PIXELS = 1 << 20;
/** Widest tile: the narrowest canvas limit known is 4096 (Safari on older devices). */
const TILE_WIDTH = 4096;

/**
 * @param {Uint8Array} bytes
 * @param {string} mime
 * @param {boolean} [keepColours] no colour conversion: for formats whose colour tags others ignore
 * @returns {Promise<Picture>}
 */
export async function decodeNative(bytes, mime, keepColours = false) {
  const options = { colorSpaceConversion: keepColours ? "none" : "default" };
  try {
    return new Picture(await createImageBitmap(new Blob([bytes], { type: mime }), options));
  } catch (error) {
    throw new CorruptImage("the browser cannot decode it: broken, cut short or too large here", String(error));
  }
}

/** A decoded bitmap, not yet copied anywhere. */
export class Picture {
  /** @param {ImageBitmap} bitmap */
  constructor(bitmap) {
    this.bitmap = bitmap;
    this.width = bitmap.width;
    this.height = bitmap.height;
  }

  /**
   * Copy the colours, tile by tile, so that no second full-size copy exists.
   * @param {Uint8Array} rgb height x width x 3, filled
   * @returns {boolean} whether all is opaque; the copy ends where it is not, for its colours are not exact
   */
  copyOpaque(rgb) {
    for (const tile of tiles(this.width, this.height)) {
      if (!tileToRgb(this.read(tile).data, rgb, tile, this.width)) return false;
    }
    return true;
  }

  /**
   * Copy all four channels; colours of transparent pixels went through premultiplication.
   * @param {Uint8Array | Uint8ClampedArray} rgba height x width x 4, filled
   */
  copyAll(rgba) {
    for (const tile of tiles(this.width, this.height)) {
      tileToRgba(this.read(tile).data, rgba, tile, this.width);
    }
  }

  /** @param {Tile} tile */
  read({ x, y, width, height }) {
    if (this.canvas?.width !== width || this.canvas.height !== height) {
      this.canvas = new OffscreenCanvas(width, height);
      this.context = this.canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
      this.context.globalCompositeOperation = "copy";
      this.context.imageSmoothingEnabled = false;
    }
    this.context.drawImage(this.bitmap, x, y, width, height, 0, 0, width, height);
    return this.context.getImageData(0, 0, width, height);
  }

  close() {
    this.bitmap.close();
    this.canvas = this.context = null;
  }
}

/** @typedef {{x: number, y: number, width: number, height: number}} Tile */

/**
 * @param {number} width
 * @param {number} height
 * @returns {Generator<Tile>}
 */
export function* tiles(width, height) {
  const across = Math.min(width, TILE_WIDTH);
  const down = Math.min(height, Math.floor(TILE_PIXELS / across));
  for (let y = 0; y < height; y += down) {
    for (let x = 0; x < width; x += across) {
      yield { x, y, width: Math.min(across, width - x), height: Math.min(down, height - y) };
    }
  }
}

/** @returns {boolean} false at the first pixel that is not opaque */
function tileToRgb(data, rgb, tile, width) {
  let from = 0;
  for (let y = tile.y; y < tile.y + tile.height; y += 1) {
    let to = 3 * (y * width + tile.x);
    for (const end = to + 3 * tile.width; to < end; to += 3, from += 4) {
      if (data[from + 3] !== 255) return false;
      rgb[to] = data[from];
      rgb[to + 1] = data[from + 1];
      rgb[to + 2] = data[from + 2];
    }
  }
  return true;
}

function tileToRgba(data, rgba, tile, width) {
  for (let row = 0; row < tile.height; row += 1) {
    const line = data.subarray(4 * row * tile.width, 4 * (row + 1) * tile.width);
    rgba.set(line, 4 * ((tile.y + row) * width + tile.x));
  }
}
