// Drawing an SVG, where there is a page to draw it. As an image (not as a document) none of its scripts
// runs and nothing is loaded from outside: the browser's own rule for images (SVG Integration, 3.6).

/**
 * @param {ArrayBuffer} bytes an SVG whose root tells its width and height in pixels
 * @returns {Promise<ImageBitmap>}
 */
export async function draw(bytes) {
  if (typeof Image !== "function") {
    const error = new Error("an SVG is drawn only where there is a page; call createEyebright in one, not in a worker");
    throw Object.assign(error, { name: "UnsupportedFormat" });
  }
  const image = new Image();
  image.src = await toDataAddress(bytes); // a blob's address would count as foreign where it holds HTML
  try {
    await image.decode();
    return await createImageBitmap(image, { premultiplyAlpha: "none" });
  } catch (error) {
    const message = "this browser cannot draw the svg: broken or too large; open it in a drawing program and save it";
    throw Object.assign(new Error(message, { cause: error }), { name: "CorruptImage" });
  }
}

/** @param {ArrayBuffer} bytes */
function toDataAddress(bytes) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(/** @type {string} */ (reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes], { type: "image/svg+xml" }));
  });
}
