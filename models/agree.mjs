// onnxruntime-web's WebAssembly back end under Node, one thread, as the page runs it: web/infer.js itself.
//
//   node models/agree.mjs RUNTIME_FOLDER MODEL.onnx
//
// Reads cases from standard input: a line of JSON, {"repeat": 1, "inputs": [{"name", "type", "shape", "length"}]},
// then the tensors' bytes one after the other, little-endian, in C order. Writes for each a line of JSON,
// {"ms": [...], "outputs": [...]} or {"error": "..."}, then the outputs' bytes.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Inference } from "../web/infer.js";

const [folder, file] = process.argv.slice(2);
const NEWLINE = 10;
globalThis.self = globalThis; // as in a worker; without isolation, so one thread

const inference = new Inference(`${pathToFileURL(resolve(folder)).href}/`);
const model = await readFile(file);
let waiting = Buffer.alloc(0);

for await (const part of process.stdin) {
  waiting = Buffer.concat([waiting, part]);
  for (let found = next(); found; found = next()) await answer(found);
}

/** The first whole case of what was read, taken out; null where more has to come. */
function next() {
  const end = waiting.indexOf(NEWLINE);
  if (end < 0) return null;
  const { repeat, inputs } = JSON.parse(waiting.toString("utf8", 0, end));
  const stop = inputs.reduce((sum, { length }) => sum + length, end + 1);
  if (waiting.length < stop) return null;
  let at = end + 1;
  const feeds = {};
  for (const { name, type, shape, length } of inputs) {
    feeds[name] = { type, shape, bytes: new Uint8Array(waiting.subarray(at, at + length)) };
    at += length;
  }
  waiting = waiting.subarray(stop);
  return { repeat, feeds };
}

async function answer({ repeat, feeds }) {
  const ms = [];
  let made = {};
  try {
    for (let turn = 0; turn < repeat; turn++) {
      const began = process.cpuUsage();
      made = await inference.run(file, () => model, feeds);
      const { user, system } = process.cpuUsage(began); // of one thread, whatever else the machine does
      ms.push((user + system) / 1000);
    }
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: error.message })}\n`);
    return;
  }
  const outputs = Object.entries(made).map(([name, { type, shape, bytes }]) => ({ name, type, shape, length: bytes.length }));
  process.stdout.write(`${JSON.stringify({ ms, outputs })}\n`);
  for (const { bytes } of Object.values(made)) process.stdout.write(bytes);
}
