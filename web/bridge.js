// What host/browser asks of JavaScript. Large pixels cross once, straight into or out of Python's memory.

import { decodable, encodable, findCodec } from "./codecs/index.js";
import { entering, leaving } from "./crossings.js";
import { decodeNative, Drawing } from "./decoding.js";
import { askForDrawing } from "./drawings.js";
import { CapabilityMissing } from "./errors.js";
import { release } from "./memory.js";
import { Models } from "./models.js";
import { CodecPool } from "./pool.js";
import { probeDecoders } from "./probes/index.js";
import { Results } from "./results.js";

/** Memory, 10^9 bytes, of a device whose browser (Firefox, Safari) does not tell: most have at least that. Our choice. */
const UNTOLD_MEMORY_GB = 4;

/** Smallest picture whose decoding time says something, in megapixels. */
const TIMED_FROM_MP = 0.25;

/** The encoder that most pictures ask for first, and the slowest to be ready. */
const LIKELY_FORMAT = "avif";

/**
 * @param {Promise<any>} starting Pyodide; until it has started only `prepare` is of use
 * @param {{codecs: string, onnx: string, models: string, onnxVersion: string, sizes: Record<string, object>}} assets
 */
export function createBridge(starting, assets) {
  const models = new Models(assets);
  const pool = new CodecPool(assets.codecs, () => models.release());
  const decodeMs = new Map();
  const results = new Results();
  let probed;
  const probe = () => (probed ??= probeDecoders());

  return {
    /** Begin what the first picture waits for, while other things start: probes, and the likely encoder. */
    prepare() {
      probe().catch(() => undefined); // whoever asks for the probes hears of it
      pool.warm("encode", LIKELY_FORMAT);
    },
    /** Open the models while Python starts. */
    prepareModels: () => models.prepare(),
    encodable,
    decodable,
    /** Library and version of the codecs by format, and of the packages that are fetched on need, by name: JSON. */
    async versions() {
      const found = await Promise.all(encodable.map(findCodec));
      const codecs = Object.fromEntries(found.map(({ format, version }) => [format, version]));
      const { packages } = (await starting).lockfile;
      const named = Object.entries(packages).map(([name, { version }]) => [name, version]);
      return JSON.stringify({ codecs, packages: Object.fromEntries(named) });
    },
    /** What the browser's decoder can do, seen on tiny files: JSON of the record in probes/index.js. */
    async probes() {
      return JSON.stringify(await probe());
    },
    /** Measured milliseconds per megapixel by format, of real decodes so far: JSON. */
    decodeTimes: () => JSON.stringify(Object.fromEntries(decodeMs)),
    /** What the browser tells of its connection and memory, by its own keys, nothing where it tells nothing: JSON. */
    receiver() {
      const { connection, deviceMemory } = /** @type {any} */ (navigator);
      const { effectiveType, rtt, downlink, saveData } = connection ?? {};
      return JSON.stringify({ effectiveType, rtt, downlink, saveData, deviceMemory });
    },
    /** The device's memory, 10^9 bytes, as far as the browser tells. */
    memoryGb: () => /** @type {any} */ (navigator).deviceMemory ?? UNTOLD_MEMORY_GB,
    recall: (key) => results.get(key),
    keep: (key, pyBytes, most) => results.put(key, copyOf(pyBytes), most),
    forget: () => results.clear(),
    now: () => performance.now(),

    async decode(pyBytes, format, mime, keepColours, turned) {
      const started = performance.now();
      const picture = await decodeNative(copyOf(pyBytes), mime, { keepColours, turned });
      const megapixels = (picture.width * picture.height) / 1e6;
      return {
        width: picture.width,
        height: picture.height,
        async copyOpaque(pyPixels) {
          const opaque = await picture.copyOpaque((use) => withBuffer(pyPixels, use));
          entering(3 * picture.width * picture.height);
          if (megapixels >= TIMED_FROM_MP) decodeMs.set(format, Math.round((performance.now() - started) / megapixels));
          return opaque;
        },
        copyStraight(pyPixels) {
          entering(4 * picture.width * picture.height);
          return picture.copyStraight((use) => withBuffer(pyPixels, use));
        },
        close: () => picture.close(),
      };
    },
    /** An SVG, drawn by the page at the size that it tells. */
    async draw(pyBytes) {
      const picture = new Drawing(await askForDrawing(copyOf(pyBytes)));
      return {
        width: picture.width,
        height: picture.height,
        copyOpaque: (pyPixels) => picture.copyOpaque((use) => withBuffer(pyPixels, use)),
        copyStraight: (pyPixels) => picture.copyStraight((use) => withBuffer(pyPixels, use)),
        copyRoughly: (pyPixels) => withBuffer(pyPixels, (rgba) => picture.copyRoughly(rgba)),
        close: () => picture.close(),
      };
    },
    /** `bits` above 8, which only AVIF has, gives samples of two bytes. */
    decodeWasm(pyBytes, format, bits = 8) {
      const bytes = copyOf(pyBytes);
      const job = pool.run({ kind: "decode", format, payload: { bytes, bits }, transfer: [bytes.buffer] });
      const result = job.result.then(({ width, height, data }) => ({
        width,
        height,
        copyAll(pyPixels) {
          const plain = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
          withBuffer(pyPixels, (target) => target.set(plain));
          entering(plain.length);
          release(data);
        },
      }));
      return { result, cancel: job.cancel };
    },
    encode(pyPixels, trialJson) {
      const trial = JSON.parse(trialJson);
      const pixels = withBuffer(pyPixels, (data) => toRgba(data, trial.width * trial.height));
      leaving(pixels.length);
      const format = trial.encoder ? `${trial.format}-${trial.encoder}` : trial.format;
      const job = pool.run({ kind: "encode", format, payload: { pixels, trial }, transfer: [pixels.buffer] });
      return { result: job.result.then(counted), cancel: job.cancel };
    },
    /** A Python package of the site, fetched when a file needs it. */
    async loadPackage(name) {
      const pyodide = await starting;
      const isHere = () => Object.keys(pyodide.loadedPackages).some((loaded) => loaded.toLowerCase() === name);
      if (isHere()) return;
      const faults = [];
      await pyodide.loadPackage(name, { messageCallback: () => {}, errorCallback: (text) => faults.push(text) });
      if (!isHere()) {
        throw new CapabilityMissing(`this file needs ${name}, which did not load; check the network`, faults.join("\n"));
      }
    },
    onnxVersion: assets.onnxVersion,
    readModel: (name) => models.read(name).then(counted),
    infer(key, pyModel, pyInputs) {
      const inputs = pyInputs.toJs({ dict_converter: Object.fromEntries });
      leaving(sizeOf(inputs));
      const model = pyModel.copy(); // Python's hold on it ends with this call
      const job = models.run(key, () => copyOf(model), inputs);
      const result = job.result.then(async (outputs) => {
        entering(sizeOf(outputs));
        return (await starting).toPy(outputs);
      });
      return { result: result.finally(() => model.destroy()), cancel: job.cancel };
    },
    isOpen: (key) => models.isOpen(key),
    /** End the models' worker, unless it is at work. */
    freeModels: () => models.release(),
    close() {
      pool.close();
      models.close();
    },
  };
}

/**
 * A copy of a Python buffer that JavaScript may keep and transfer.
 * @param {any} pyBuffer proxy of bytes or of a C-contiguous array
 * @returns {Uint8Array}
 */
function copyOf(pyBuffer) {
  const copy = withBuffer(pyBuffer, (data) => data.slice());
  leaving(copy.length);
  return copy;
}

/**
 * Bytes that Python will take in.
 * @param {Uint8Array} bytes
 */
function counted(bytes) {
  entering(bytes.length);
  return bytes;
}

/** @param {Record<string, import("./infer.js").PlainTensor>} tensors */
function sizeOf(tensors) {
  return Object.values(tensors).reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/**
 * A copy with four channels, which all encoders take; opaque pictures have three.
 * @param {Uint8Array} data
 * @param {number} count pixels
 */
function toRgba(data, count) {
  if (data.length === 4 * count) return data.slice();
  const rgba = new Uint8Array(4 * count);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    rgba[to] = data[from];
    rgba[to + 1] = data[from + 1];
    rgba[to + 2] = data[from + 2];
    rgba[to + 3] = 255;
  }
  return rgba;
}

function withBuffer(pyBuffer, use) {
  const buffer = pyBuffer.getBuffer("u8");
  try {
    return use(buffer.data);
  } finally {
    buffer.release(); // else the array stays pinned for ever
  }
}
