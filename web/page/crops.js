// What the page's Python asks of JavaScript about crops: suggestions, and parts of pictures drawn.

/** Longer side of a suggestion's small picture, device pixels: 140 CSS pixels at twice the density. */
const PREVIEW_PX = 280;

/**
 * The ranked suggestions for a picture, of which facts are known, and the facts that they rest on.
 * @param {import("../client.js").Eyebright} engine
 * @param {string} wish JSON of the facts, the shape (`aspect`), and the options that `crops` takes
 * @param {Blob | null} file what is looked at again where the facts were made without looking
 * @param {AbortSignal} signal
 * @returns {Promise<string>} JSON of {crops, facts}: `eyebright.values.Crop` and `Facts`
 */
export async function suggest(engine, wish, file, signal) {
  const { facts, aspect, ...options } = JSON.parse(wish);
  return JSON.stringify(await engine.crops(facts, aspect, { ...options, file: file ?? undefined, signal }));
}

/**
 * Draw a part of a picture that is shown elsewhere; nothing where that one is not shown.
 * @param {HTMLImageElement} image
 * @param {string} part JSON of the box, and of the size that it is measured in: {x, y, width, height, of}
 * @param {HTMLCanvasElement} canvas
 */
export function preview(image, part, canvas) {
  const { x, y, width, height, of } = JSON.parse(part);
  const scale = Math.min(1, PREVIEW_PX / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  if (!image.naturalWidth) return;
  const natural = image.naturalWidth / of;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, x * natural, y * natural, width * natural, height * natural, 0, 0, canvas.width, canvas.height);
}
