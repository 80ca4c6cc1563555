// One encoder or decoder in a light worker without Python. It is told once which one, then works on
// request. Ending this worker is how its work is cancelled: it costs little, Python keeps running.

import { findCodec } from "./codecs/index.js";
import { rehearsal } from "./codecs/rehearsal.js";
import { boundThreads } from "./codecs/threads.js";
import { heldBytes, modules, reuse } from "./codecs/wasm.js";
import { messageOf } from "./protocol.js";

/** @type {Promise<(payload: any) => Promise<{done: any, transfer: Transferable[]}>>} */
let work;

self.onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else await run(data.run);
  } catch (error) {
    self.postMessage({ error: messageOf(error) });
  }
};

/**
 * @param {{kind: "encode" | "decode", format: string, base: string, rehearse: boolean,
 *   known: Map<string, WebAssembly.Module>}} request
 */
async function start({ kind, format, base, rehearse, known }) {
  reuse(known);
  boundThreads();
  work = kind === "encode" ? encoder(format, base) : decoder(format, base);
  const does = await work;
  if (rehearse && kind === "encode") await does(rehearsal(format));
  self.postMessage({ ready: true, modules: modules() });
}

async function run(payload) {
  const { done, transfer } = await (await work)(payload);
  self.postMessage({ done, heldBytes: heldBytes() }, transfer);
}

async function encoder(format, base) {
  const encode = await (await findCodec(format)).load(base);
  return async ({ pixels, trial }) => {
    const bytes = await encode(pixels, trial.width, trial.height, trial);
    if (!bytes) throw new Error("it gave nothing back");
    return { done: bytes, transfer: [bytes.buffer] };
  };
}

async function decoder(format, base) {
  const decode = await (await findCodec(format)).loadDecoder(base);
  return async ({ bytes, bits }) => {
    const picture = decode(bytes, bits);
    if (!picture) throw new Error("these bytes do not decode");
    const { data, width, height } = picture;
    return { done: { data, width, height }, transfer: [data.buffer] };
  };
}
