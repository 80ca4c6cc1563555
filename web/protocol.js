// The messages between engine.js and engine.worker.js, and how errors cross.

/**
 * @typedef {object} Request client -> engine
 * @property {number} id
 * @property {"optimise" | "score" | "analyse" | "crops" | "decide" | "record" | "explain" | "verifyRecord" | "policies" | "capabilities" | "forget" | "warm" | "free" | "cancel" | "ping"} method
 * @property {object} args plain values; files as Blobs in `blobs`
 * @property {Blob[]} blobs
 */

/**
 * @typedef {object} Progress where one file is; `eyebright.values.Progress`
 * @property {string} stage intake, analyse, decide, transform, encode, verify or deliver
 * @property {string} format
 * @property {number} trial
 * @property {number} fraction 0 to 1, never falling
 */

/**
 * @typedef {object} Boot how far the start is
 * @property {string} what in words
 * @property {number} loaded bytes
 * @property {number} total bytes
 * @property {string[]} awaits files that were asked for and have not wholly come
 */

/** @typedef {{name: string, message: string, detail: string}} Fault an error as it crosses */

/**
 * Engine -> client: exactly one of the optional parts.
 * @typedef {object} Reply
 * @property {number} [id] of the request, for result, error and progress
 * @property {any} [result]
 * @property {Fault} [error]
 * @property {Progress} [progress]
 * @property {string} [release] which build the engine is of: the first message
 * @property {Boot} [boot]
 * @property {{id: number, bytes: ArrayBuffer}} [draw] an SVG to draw; answered by a message {drawn: {id, bitmap or error}}
 * @property {true} [ready] the start is over
 * @property {true} [pong] the worker is alive
 * @property {Fault} [dead] the start failed, or Python stopped for good; the worker is of no use
 */

/**
 * @param {unknown} error anything thrown
 * @returns {Fault}
 */
export function messageOf(error) {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), detail: "" };
  return { name: error.name, message: error.message, detail: error.stack ?? "" };
}
