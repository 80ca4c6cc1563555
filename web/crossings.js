// How many bytes are copied between JavaScript and Python, counted where they cross: for the bench.

/** Bytes since the start of this engine. */
export const crossed = { intoPython: 0, outOfPython: 0 };

/** @param {number} bytes */
export function entering(bytes) {
  crossed.intoPython += bytes;
}

/** @param {number} bytes */
export function leaving(bytes) {
  crossed.outOfPython += bytes;
}
