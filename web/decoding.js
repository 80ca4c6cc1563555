// The browser's own decoder: upright, converted to sRGB, exact for opaque pictures (in Chromium 156
// equal to libjpeg-turbo's, libwebp's and libavif's own pixels, bit for bit).
//
// Caveats, all measured in Chromium 156:
// - canvas and frames premultiply, so transparent pictures do not come back exact: `copyOpaque` says
//   so, and `copyStraight` takes the way over WebGL;
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
 * @typedef {object} Hints
 * @property {boolean} [keepColours] no colour conversion: for formats whose colour tags others ignore
 * @property {boolean} [turned] the file may ask to be rotated or mirrored
 */

/**
 * @param {Uint8Array} bytes not usable afterwards
 * @param {string} mime
 * @param {Hints} [hints]
 * @returns {Promise<Picture>}
 */
export async function decodeNative(bytes, mime, hints = {}) {
  const file = new Blob([bytes], { type: mime });
  release(bytes);
  try {
    return new Picture(await createImageBitmap(file, options(hints)), file, hints);
  } catch (error) {
    throw new CorruptImage("the browser cannot decode it: broken, cut short or too large here", String(error));
  }
}

/**
 * @param {Hints} hints
 * @returns {ImageBitmapOptions}
 */
function options({ keepColours }) {
  return { colorSpaceConversion: keepColours ? "none" : "default" };
}

/** @typedef {(use: (target: Uint8Array) => void) => void} WithTarget gives the whole target, once per tile:
 *   Python's memory may move between two tiles */

/** A decoded bitmap, not yet copied anywhere. Copies go tile by tile: no second full-size copy exists. */
export class Picture {
  /**
   * @param {ImageBitmap} bitmap
   * @param {Blob} file
   * @param {Hints} hints
   */
  constructor(bitmap, file, hints) {
    this.bitmap = bitmap;
    this.file = file;
    this.hints = hints;
    this.width = bitmap.width;
    this.height = bitmap.height;
    this.reader = null;
  }

  /**
   * Copy the colours.
   * @param {WithTarget} withTarget height x width x 3
   * @returns {Promise<boolean>} whether all is opaque; the copy ends where it is not, for its colours are not exact
   */
  async copyOpaque(withTarget) {
    for (const tile of tiles(this.width, this.height)) {
      const data = await this.read(tile);
      let opaque = true;
      withTarget((rgb) => { opaque = tileToRgb(data, rgb, tile, this.width); });
      if (!opaque) return false;
    }
    return true;
  }

  /**
   * Copy all four channels from a canvas: about right, because it premultiplies.
   * @param {Uint8Array} rgba height x width x 4
   */
  copyRoughly(rgba) {
    const canvas = new CanvasReader(this.bitmap);
    for (const tile of tiles(this.width, this.height)) tileToRgba(canvas.read(tile), rgba, tile, this.width);
    canvas.close();
  }

  /**
   * Copy all four channels as they were coded.
   * @param {WithTarget} withTarget height x width x 4
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
    this.close();
    this.bitmap = await createImageBitmap(this.file, { ...options(this.hints), premultiplyAlpha: "none" });
  }

  /** @param {Tile} tile */
  async read(tile) {
    this.reader ??= await readerOf(this.bitmap, this.hints.turned);
    return this.reader.read(tile);
  }

  close() {
    this.reader?.close();
    this.reader = null;
    this.bitmap.close();
  }
}

/**
 * @param {ImageBitmap} bitmap
 * @param {boolean} [turned]
 */
export async function readerOf(bitmap, turned) {
  // Frames ignore how a bitmap is to be turned: Chromium 156 gives the pixels as they are coded.
  return (!turned && (await FrameReader.of(bitmap))) || new CanvasReader(bitmap);
}

/** A drawing, which the page has drawn with straight alpha already. */
export class Drawing extends Picture {
  /** @param {ImageBitmap} bitmap */
  constructor(bitmap) {
    super(bitmap, new Blob(), {});
  }

  async decodeStraight() {} // it is so from the start
}

/** Reads over WebCodecs: thrice as fast as a canvas, and it leaves nothing behind to collect. */
class FrameReader {
  /**
   * @param {ImageBitmap} bitmap
   * @returns {Promise<FrameReader | null>} null where this browser does not convert frames to RGBA
   */
  static async of(bitmap) {
    if (typeof VideoFrame !== "function") return null;
    const frame = new VideoFrame(bitmap, { timestamp: 0 });
    try {
      const corner = { x: 0, y: 0, width: 1, height: 1 };
      await frame.copyTo(new Uint8Array(4), { ...RGBA, rect: corner });
    } catch {
      frame.close(); // NotSupportedError or TypeError, by the browser: the canvas reads it
      return null;
    }
    return new FrameReader(frame);
  }

  /** @param {VideoFrame} frame */
  constructor(frame) {
    this.frame = frame;
    this.buffer = new Uint8Array(0);
  }

  /** @param {Tile} tile */
  async read(tile) {
    const size = 4 * tile.width * tile.height;
    if (this.buffer.length < size) this.buffer = new Uint8Array(size);
    await this.frame.copyTo(this.buffer, { ...RGBA, rect: tile });
    return this.buffer.subarray(0, size);
  }

  close() {
    this.frame.close();
  }
}

/** @type {any} newer than the compiler's declarations */
const RGBA = { format: "RGBA", colorSpace: "srgb" };

class CanvasReader {
  /** @param {ImageBitmap} bitmap */
  constructor(bitmap) {
    this.bitmap = bitmap;
    this.canvas = new OffscreenCanvas(1, 1);
    this.last = null;
  }

  /** @param {Tile} tile */
  read({ x, y, width, height }) {
    if (this.last) release(this.last);
    Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
    context.imageSmoothingEnabled = false;
    context.drawImage(this.bitmap, x, y, width, height, 0, 0, width, height);
    this.last = context.getImageData(0, 0, width, height).data;
    return this.last;
  }

  close() {
    Object.assign(this.canvas, { width: 1, height: 1 }); // it keeps what was drawn last
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
