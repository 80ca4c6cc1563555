// What can go wrong, as classes: the tree of eyebright/errors.py and EngineError for this side.

/** Base of everything thrown on purpose. `detail` is for developers: a traceback or an address. */
export class EyebrightError extends Error {
  /**
   * @param {string} message
   * @param {string} [detail]
   */
  constructor(message, detail = "") {
    super(message);
    this.detail = detail;
  }
}

/** The file cannot be used. */
export class InputError extends EyebrightError {}
/** A format that is not read here. */
export class UnsupportedFormat extends InputError {}
/** The bytes are broken or cut short. */
export class CorruptImage extends InputError {}
/** More pixels, frames or bytes than allowed. */
export class LimitExceeded extends InputError {}
/** Goal, facts or policy contradict themselves. */
export class PolicyError extends EyebrightError {}
/** This machine cannot do it. */
export class HostError extends EyebrightError {}
/** An encoder or decoder failed. */
export class CodecError extends HostError {}
/** No codec, kernel or model for it here. */
export class CapabilityMissing extends HostError {}
/** A model's file is not the one that the manifest names. */
export class ModelRefused extends HostError {}
/** Two pictures cannot be compared. */
export class MetricError extends EyebrightError {}
/** The engine did not start, died, or was closed. */
export class EngineError extends EyebrightError {}
/** Script and engine are of two builds: nothing is done, as what they say to one another may have changed. */
export class VersionMismatch extends EngineError {
  /**
   * @param {string} script the build of the script
   * @param {string} assets the build of the engine's files
   * @param {string | URL} address of the engine
   */
  constructor(script, assets, address) {
    super(
      `the script is Eyebright ${script}, the engine at ${address} is ${assets}; put the files of one build there `
        + "(npx eyebright-assets DIR copies those of the installed package), and reload",
    );
    this.script = script;
    this.assets = assets;
  }
}

const BY_NAME = {
  EyebrightError, InputError, UnsupportedFormat, CorruptImage, LimitExceeded, PolicyError, HostError, CodecError,
  CapabilityMissing, ModelRefused, MetricError, EngineError,
};

// Not by the class's own name, which bundlers shorten.
for (const [name, kind] of Object.entries({ ...BY_NAME, VersionMismatch })) {
  Object.defineProperty(kind.prototype, "name", { value: name, configurable: true, writable: true });
}

/**
 * The error that a fault stands for: of its class, an AbortError for what was cancelled,
 * else an EyebrightError that keeps the foreign name.
 * @param {import("./protocol.js").Fault} fault
 * @returns {Error}
 */
export function errorFrom({ name, message, detail }) {
  if (name === "Cancelled" || name === "AbortError") return new DOMException(message, "AbortError");
  const Kind = BY_NAME[name];
  return Kind ? new Kind(message, detail) : new EyebrightError(`${name}: ${message}`, detail);
}
