// The browser's own decoder: upright, converted to sRGB, exact for opaque pictures (in Chromium 156
// equal to libjpeg-turbo's, libwebp's and libavif's own pixels, bit for bit).
//
// Caveats, all measured in Chromium 156:
// - a canvas premultiplies, so transparent pictures do not come back exact: `copyOpaque` says so, and
//   `copyStraight` takes the way over WebGL;
// - ImageDecoder is no way: it premultiplies too, and upsamples 4:2:0 chroma worse (up to 34 of 255);
// - AVIF's alpha channel differs from libavif's by up to 20 of 255.

import { CorruptImage } from "./errors.js";
import { release } from "./memory.js";
import { readStraight } from "./straight.js";

/** Pixels of one tile: small enough for every browser's canvas limit, large enough to be quick. */
const TILE_PIXELS = 1 << 20;
/** Widest tile: what WebGL 2 guarantees for textures, and below every canvas limit. */
const TILE_SIDE = 2048;

/**
 * @param {Uint8Array} bytes
 * @param {string} mime
 * @param {boolean} [keepColours] no colour conversion: for formats whose colour tags others ignore
 * @returns {Promise<Picture>}
 */
export async function decodeNative(bytes, mime, keepColours = false) {
  const file = new Blob([bytes], { type: mime });
  /** @type {ImageBitmapOptions} */
  const options = { colorSpaceConversion: keepColours ? "none" : "default" };
  try {
    return new Picture(await createImageBitmap(file, options), file, options);
  } catch (error) {
    throw new CorruptImage("the browser cannot decode it: broken, cut short or too large here", String(error));
  }
}

/** A decoded bitmap, not yet copied anywhere. */
export class Picture {
  /**
   * @param {ImageBitmap} bitmap
   * @param {Blob} file
   * @param {ImageBitmapOptions} options
   */
  constructor(bitmap, file, options) {
    this.bitmap = bitmap;
    this.file = file;
    this.options = options;
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
      const { data } = this.read(tile);
      const opaque = tileToRgb(data, rgb, tile, this.width);
      release(data);
      if (!opaque) return false;
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

  /**
   * Copy all four channels as they were coded.
   * @param {(use: (rgba: Uint8Array) => void) => void} withTarget gives height x width x 4, once per tile:
   *   Python's memory may move between two tiles
   * @returns {Promise<boolean>} false where this machine cannot
   */
  async copyStraight(withTarget) {
    await this.decodeStraight();
    for (const tile of tiles(this.width, this.height)) {
      const data = await readStraight(this.bitmap, tile);
      if (data === null) return false;
      withTarget((rgba) => tileToRgba(data, rgba, tile, this.width));
      release(data);
    }
    return true;
  }

  /** Decoded anew, because asking for straight alpha from the start takes twice the memory of any picture. */
  async decodeStraight() {
    this.bitmap.close();
    this.bitmap = await createImageBitmap(this.file, { ...this.options, premultiplyAlpha: "none" });
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
  const across = Math.min(width, TILE_SIDE);
  const down = Math.min(height, TILE_SIDE, Math.floor(TILE_PIXELS / across));
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
