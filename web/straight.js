// Straight alpha out of the browser's decoder: a WebGL texture takes a bitmap as it is, where a canvas
// premultiplies. Exact in Chromium 156 for PNG, WebP and JPEG XL (the probes look whether it is, here).

/** @type {WebGL2RenderingContext | null} one for all: browsers allow few */
let shared = null;

/** @returns {WebGL2RenderingContext | null} null where there is no WebGL 2 */
function context() {
  if (shared && !shared.isContextLost()) return shared;
  shared = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!shared) return null;
  shared.bindTexture(shared.TEXTURE_2D, shared.createTexture());
  shared.bindFramebuffer(shared.FRAMEBUFFER, shared.createFramebuffer());
  return shared;
}

/**
 * @param {ImageBitmap} bitmap made with premultiplyAlpha "none"
 * @param {{x: number, y: number, width: number, height: number}} tile at most 2048 a side
 * @returns {Promise<Uint8Array | null>} RGBA of the tile; null where this machine cannot
 */
export async function readStraight(bitmap, { x, y, width, height }) {
  const part = await createImageBitmap(bitmap, x, y, width, height, { premultiplyAlpha: "none" });
  const gl = context(); // from here on without waiting: nobody else uses it meanwhile
  if (!gl) return null;
  const pixels = new Uint8Array(4 * width * height);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, part);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, gl.getParameter(gl.TEXTURE_BINDING_2D), 0);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  part.close();
  return gl.getError() === gl.NO_ERROR && !gl.isContextLost() ? pixels : null;
}
