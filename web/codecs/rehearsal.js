// A small encode before the first real one. WebAssembly is compiled function by function when it is first
// called, and again, better, when it is called often: a codec that has worked before is twice as fast.

/** Pixels a side: enough for the compiler to see what is called often, little work otherwise. */
const SIDE = 256;
/** Near what pictures ask for, so that the same ways through the codec are taken. */
const QUALITY = 60;
/** AVIF's, as host/browser asks for: it is the codec that is made ready. */
const SPEED = 7;

/**
 * @param {string} format
 * @returns {{pixels: Uint8Array, trial: import("./index.js").Trial}} a task like the real ones
 */
export function rehearsal(format) {
  const size = { width: SIDE, height: SIDE };
  return {
    pixels: drawn(),
    trial: { format, ...size, quality: QUALITY, lossless: false, subsampling: "444", speed: SPEED },
  };
}

/** Slopes, edges and grain, that nothing is left out: opaque RGBA, the same each time. */
function drawn() {
  const rgba = new Uint8Array(4 * SIDE * SIDE);
  let seed = 1;
  for (let y = 0, at = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1, at += 4) {
      seed = (seed * 1103515245 + 12345) % 2 ** 31; // the C standard's example of a generator
      const grain = (seed >> 16) & 15;
      const step = ((x >> 4) ^ (y >> 4)) & 1 ? 90 : 0;
      rgba.set([(x >> 1) + step + grain, (y >> 1) + step + grain, ((x + y) >> 2) + 40 + grain, 255], at);
    }
  }
  return rgba;
}
