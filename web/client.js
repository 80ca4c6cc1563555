// The JavaScript API: makes the one engine worker and speaks with it.
//
//   const eyebright = await createEyebright({ onProgress });
//   const { blob, report } = await eyebright.optimise(file, { target: 75 }, { signal, onProgress });

import { Engine, SILENCE_MS } from "./engine.js";
import { EngineError, PolicyError } from "./errors.js";
import { areFacts, mostKept, nameOf, optionsOf, question, readPolicies, screen, toBlob } from "./inputs.js";
import { messageOf } from "./protocol.js";
import { ENGINE } from "./release.js";

export * from "./errors.js";

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal] ends the call with the signal's own reason: an AbortError, unless another was given
 * @property {(progress: import("./protocol.js").Progress) => void} [onProgress]
 * @property {string} [name] for the report; a File brings its own
 * @property {Capabilities} [capabilities] what the receiver shows; this browser's own by default, for the
 *   purposes upload and serve with its connection, memory, data saving and screen
 * @property {Policies} [policies] policy files (TOML), each over those before it
 * @property {boolean | {maxBytes: number}} [cache] whether this result, or these facts, are kept and kept ones used; by default as
 *   the engine was started
 * @property {Partial<InputLimits>} [limits] what a file may claim before it is decoded; the defaults where left out
 * @property {boolean} [models] false: statistics alone tell what is in the picture; true by default
 */

/** What a decision rests on, whole numbers and names only. @typedef {import("./values.js").Facts} Facts */
/** What somebody wants. @typedef {import("./values.js").Goal} Goal */
/** What was delivered and why. @typedef {import("./values.js").Report} Report */
/** What the receiver shows and this machine writes. @typedef {import("./values.js").Capabilities} Capabilities */
/** One region of a picture, why it may stand for the whole, and what it would break. @typedef {import("./values.js").Crop} Crop */
/** What will be done, decided before any pixel is touched. @typedef {import("./values.js").Plan} Plan */
/** Why: a stable code, a sentence, the values behind it. @typedef {import("./values.js").Reason} Reason */
/** What a decision rested on and all that came of it; `record.schema.json` in the Python package is its schema. @typedef {import("./values.js").Decision} DecisionRecord */
/** @typedef {import("./values.js").Box} Box */
/** @typedef {import("./protocol.js").Progress} Progress */
/** @typedef {import("./protocol.js").Boot} Boot */

/**
 * @typedef {object} CropChoices
 * @property {number} [n] how many, 3 by default
 * @property {string} [context] where it will stand: hero, social, featured, gallery, feed or article
 * @property {string} [content] what is shown, as a goal's: a policy may forbid to crop it; "auto" by default
 * @property {[number, number]} [focal] somebody's own focal point, x and y per thousand of width and height
 * @property {Box} [box] somebody's own region; it wins over all
 * @property {Bytes} [file] the file of the facts that are given: it is looked at again where they were made without models,
 *   as under a policy that forbids what models are asked for
 */
/** @typedef {CallOptions & CropChoices} CropOptions */

/**
 * A policy file: chosen by somebody, as text, or as text with the name that errors call it by.
 * @typedef {Blob | string | {name: string, text: string}} PolicyFile
 */
/** @typedef {PolicyFile | PolicyFile[]} Policies */

/**
 * @typedef {object} Verification what came of making a recorded decision again
 * @property {boolean} same not one value differs
 * @property {boolean} acceptable the same, or made by another version from the same facts, goal and capabilities
 * @property {{path: string, recorded: any, recomputed: any}[]} differences
 * @property {Reason[]} reasons
 */

/**
 * @typedef {object} InputLimits as `eyebright.intake.Limits`
 * @property {number} max_bytes of the file
 * @property {number} max_pixels of one frame
 * @property {number} max_frames
 * @property {number} max_pixels_per_byte of pictures above `bomb_pixels`: above it is a decompression bomb
 * @property {number} bomb_pixels
 * @property {number} max_parts segments, chunks, boxes or blocks on one level of the file
 */

/** @typedef {Blob | ArrayBuffer | Uint8Array} Bytes */
/** @typedef {{signal?: AbortSignal}} EndOptions */
/** @typedef {EndOptions & {policies?: Policies}} DecideOptions */

/**
 * @typedef {object} Eyebright
 * @property {(file: Bytes, goal?: Goal, options?: CallOptions) => Promise<{blob: Blob, report: Report, record: DecisionRecord}>} optimise
 *   the smallest file that looks the same, and why; the original where nothing is better
 * @property {(reference: Bytes, distorted: Bytes, options?: CallOptions) => Promise<{score: number, metric: string}>} score
 *   SSIMULACRA2: at most 100, 90 visually lossless, 70 high
 * @property {(file: Bytes, options?: CallOptions) => Promise<Facts>} analyse the facts that decide
 * @property {(picture: Bytes | Facts, aspect: string, options?: CropOptions) => Promise<{crops: Crop[], facts: Facts}>} crops
 *   ranked regions of a shape ("16:9") or size ("1200x630"), the best first; with facts from before nothing is looked at
 *   again, unless they lack what models see and their `file` is given; rejects with a PolicyError that names an option that there is not
 * @property {(facts: Partial<Facts>, goal?: Goal, capabilities?: Capabilities, options?: DecideOptions) => Promise<Plan>} decide
 *   the plan for such facts
 * @property {(facts: Partial<Facts>, goal?: Goal, capabilities?: Capabilities, options?: DecideOptions) => Promise<DecisionRecord>} record
 *   the same decision with all that it rests on, to be kept, explained or sent to a server
 * @property {(record: DecisionRecord, options?: EndOptions) => Promise<string[]>} explain a record in sentences
 * @property {(record: DecisionRecord, facts: Facts, goal: Goal, capabilities: Capabilities, options?: DecideOptions) => Promise<Verification>} verifyRecord
 *   decide again, and tell where the record differs
 * @property {(policies: Policies, options?: EndOptions) => Promise<{contents: object, contexts: object, brand: object | null, fingerprint: string}>} policies
 *   the tables that policy files make; rejects with a PolicyError that names the file and the key
 * @property {(options?: CallOptions) => Promise<Capabilities>} capabilities what this browser shows and writes, probed
 * @property {(options?: EndOptions) => Promise<number>} clearCache deletes the kept results; how many there were
 * @property {(options?: EndOptions) => Promise<void>} warm fetches and opens the models, so that the first picture does not wait for them
 * @property {(options?: EndOptions) => Promise<void>} free gives the memory of the models back; the next picture opens them again
 * @property {() => void} close ends the engine; calls under way and later ones reject
 */

/** This file: not `import.meta.url` in `new URL`, which bundlers would take for a file to be copied. */
const here = import.meta.url;

/**
 * Start an engine. Rejects with an EngineError that says what failed, a VersionMismatch among them, or with the signal's reason.
 * @param {object} [options]
 * @param {(boot: import("./protocol.js").Boot) => void} [options.onProgress] how far the start is
 * @param {AbortSignal} [options.signal] gives the start up
 * @param {number} [options.silence] milliseconds without a sign of life after which the engine counts as dead
 * @param {boolean | {maxBytes: number}} [options.cache] keep results and facts in this browser and use them again for
 *   the same file and goal, the least recently used going first; off by default, as they stay after the visit
 * @param {boolean} [options.warm] open the models while all else starts, as `warm()` does later; off by default, as
 *   they are 3 MB to fetch
 * @param {string | URL} [options.base] folder of engine.worker.js, with its last slash, where it lies elsewhere than this
 *   file expects: always where a bundler moves this file; on the page's own origin, as browsers start workers from no other
 * @returns {Promise<Eyebright>}
 */
export async function createEyebright(options = {}) {
  const { onProgress, signal, cache = false, silence = SILENCE_MS, warm = false, base = new URL(ENGINE, here) } = optionsOf("createEyebright", options);
  signal?.throwIfAborted();
  mostKept(cache);
  const engine = new Engine(siblingOf(base), silence);
  if (warm) engine.prepareModels();
  await engine.start(onProgress, signal);
  return {
    async optimise(file, goal = {}, options = {}, ...excess) {
      const { signal, onProgress, name = nameOf(file), capabilities, policies, limits, models, cache: own = cache } = optionsOf("optimise", options, excess);
      const blobs = [toBlob(file)];
      const args = { goal, name, capabilities, limits, models, cache: mostKept(own), window: screen(), policies: await readPolicies(policies) };
      return engine.call("optimise", args, blobs, signal, onProgress);
    },
    async score(reference, distorted, options, ...excess) {
      const { signal, limits } = optionsOf("score", options, excess);
      return engine.call("score", { limits }, [toBlob(reference), toBlob(distorted)], signal);
    },
    async analyse(file, options, ...excess) {
      const { signal, name = nameOf(file), limits, models, cache: own = cache } = optionsOf("analyse", options, excess);
      return engine.call("analyse", { name, limits, models, cache: mostKept(own) }, [toBlob(file)], signal);
    },
    async crops(picture, aspect, options = {}, ...excess) {
      const { signal, n, context, content, focal, box, file, name = nameOf(file ?? picture), limits, models, policies, cache: own = cache } = optionsOf("crops", options, excess);
      const told = areFacts(picture);
      if (file && !told) throw new PolicyError("file: it belongs to facts, and a file was given in their place; drop one");
      const seen = told ? file : picture;
      const wish = { aspect, n, context, content, focal, box };
      const args = { wish, name, limits, models, cache: mostKept(own), policies: await readPolicies(policies), facts: told ? picture : undefined };
      return engine.call("crops", args, seen ? [toBlob(seen)] : [], signal);
    },
    async decide(facts, goal = {}, capabilities = undefined, options = {}, ...excess) {
      const { policies, signal } = optionsOf("decide", options, excess);
      return engine.call("decide", await question(facts, goal, capabilities, policies), [], signal);
    },
    async record(facts, goal = {}, capabilities = undefined, options = {}, ...excess) {
      const { policies, signal } = optionsOf("record", options, excess);
      return engine.call("record", await question(facts, goal, capabilities, policies), [], signal);
    },
    async explain(record, options, ...excess) {
      const { signal } = optionsOf("explain", options, excess);
      return (await engine.call("explain", { record }, [], signal)).sentences;
    },
    async verifyRecord(record, facts, goal, capabilities, options = {}, ...excess) {
      const { policies, signal } = optionsOf("verifyRecord", options, excess);
      const asked = await question(facts, goal, capabilities, policies);
      return engine.call("verifyRecord", { record, ...asked }, [], signal);
    },
    async policies(policies, options, ...excess) {
      const { signal } = optionsOf("policies", options, excess);
      return engine.call("policies", { policies: await readPolicies(policies) }, [], signal);
    },
    async capabilities(options, ...excess) {
      const { signal } = optionsOf("capabilities", options, excess);
      return engine.call("capabilities", {}, [], signal);
    },
    async clearCache(options, ...excess) {
      const { signal } = optionsOf("clearCache", options, excess);
      return (await engine.call("forget", {}, [], signal)).forgotten;
    },
    async warm(options, ...excess) {
      const { signal } = optionsOf("warm", options, excess);
      await engine.call("warm", {}, [], signal);
    },
    async free(options, ...excess) {
      const { signal } = optionsOf("free", options, excess);
      await engine.call("free", {}, [], signal);
    },
    close: () => engine.close(),
  };
}

/**
 * Address of the engine's worker in a folder, which may be relative to the page.
 * @param {string | URL} base
 */
function siblingOf(base) {
  try {
    return new URL("engine.worker.js", new URL(base, globalThis.location?.href));
  } catch (error) {
    throw new EngineError(`base: ${base} is no address; give the folder of engine.worker.js`, messageOf(error).detail);
  }
}
