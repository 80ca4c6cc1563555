// Models in the browser: onnxruntime-web's WebAssembly back end, fetched when first needed.
// Sessions and runs are chained: concurrent use of one runtime fails ("Session already started").

import { CapabilityMissing, HostError } from "./errors.js";

/** One, as on servers: float sums have the same order everywhere, and models of our size gain little by more. */
const THREADS = 1;

const TYPED_ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
};

/** @typedef {{type: string, shape: number[], bytes: Uint8Array}} PlainTensor little-endian, C order */

export class Inference {
  /** @param {string} base address of onnxruntime-web's folder */
  constructor(base) {
    this.base = base;
    this.last = Promise.resolve();
    this.sessions = new Map();
  }

  /**
   * Make a model's session before its first run.
   * @param {string} key names the model
   * @param {Uint8Array} model
   * @returns {Promise<void>}
   */
  prepare(key, model) {
    return this.chain(async () => { await this.session(key, () => model); });
  }

  /**
   * @param {string} key names the model, so that its session is made once
   * @param {() => Uint8Array} readModel called only for a new key
   * @param {Record<string, PlainTensor>} inputs
   * @returns {Promise<Record<string, PlainTensor>>}
   */
  run(key, readModel, inputs) {
    return this.chain(() => this.runNow(key, readModel, inputs));
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  chain(work) {
    const result = this.last.then(work);
    this.last = result.then(() => undefined, () => undefined); // the next one runs whatever came of this
    return result;
  }

  async session(key, readModel) {
    const ort = await this.load();
    if (!this.sessions.has(key)) this.sessions.set(key, await this.open(ort, readModel()));
    return ort;
  }

  async runNow(key, readModel, inputs) {
    const ort = await this.session(key, readModel);
    const feeds = mapValues(inputs, (tensor) => toTensor(ort, tensor));
    try {
      const outputs = await this.sessions.get(key).run(feeds);
      return mapValues(outputs, fromTensor);
    } catch (error) {
      throw new HostError(`the model did not run: ${error.message}`, error.stack);
    }
  }

  async load() {
    this.runtime ??= import(`${this.base}ort.wasm.min.mjs`).catch((error) => {
      this.runtime = undefined;
      throw new CapabilityMissing("onnxruntime-web, which runs models, did not load; check the network", String(error));
    });
    const ort = await this.runtime;
    ort.env.wasm.wasmPaths = this.base;
    ort.env.wasm.numThreads = THREADS;
    return ort;
  }

  async open(ort, model) {
    try {
      return await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
    } catch (error) {
      throw new HostError(`the model cannot be opened: ${error.message}; is it an ONNX file?`, error.stack);
    }
  }
}

function toTensor(ort, { type, shape, bytes }) {
  const Kind = TYPED_ARRAYS[type];
  if (!Kind) throw new HostError(`tensors of type ${type} do not cross; use ${Object.keys(TYPED_ARRAYS).join(", ")}`);
  return new ort.Tensor(type, new Kind(bytes.buffer, bytes.byteOffset, bytes.byteLength / Kind.BYTES_PER_ELEMENT), shape);
}

function fromTensor({ type, dims, data }) {
  return { type, shape: [...dims], bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
