// The browser's encoders under Node, for measuring: the codecs of web/codecs with the built site's WebAssembly.
//
//   node build/encode.mjs CODECS_FOLDER
//
// Reads pictures from standard input: a line of JSON (a Trial), then width x height x 4 bytes of RGBA. Writes
// for each a line with the number of bytes, then the bytes.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { findCodec } from "../web/codecs/index.js";

const base = `${pathToFileURL(resolve(process.argv[2])).href}/`;
const WASM = { headers: { "Content-Type": "application/wasm" } };
// Node fetches no files, and the codecs were built for workers.
globalThis.fetch = async (address) => new Response(await readFile(new URL(address)), WASM);
globalThis.self = globalThis;

const NEWLINE = 10;
const loaded = new Map();
let waiting = Buffer.alloc(0);

for await (const part of process.stdin) {
  waiting = Buffer.concat([waiting, part]);
  for (let job = next(); job; job = next()) await encode(job);
}

/** The first whole picture of what was read, taken out; null where more has to come. */
function next() {
  const end = waiting.indexOf(NEWLINE);
  if (end < 0) return null;
  const trial = JSON.parse(waiting.toString("utf8", 0, end));
  const stop = end + 1 + 4 * trial.width * trial.height;
  if (waiting.length < stop) return null;
  const rgba = new Uint8Array(waiting.subarray(end + 1, stop));
  waiting = waiting.subarray(stop);
  return { trial, rgba };
}

async function encode({ trial, rgba }) {
  if (!loaded.has(trial.format)) loaded.set(trial.format, await (await findCodec(trial.format)).load(base));
  const bytes = loaded.get(trial.format)(rgba, trial.width, trial.height, trial);
  process.stdout.write(`${bytes.length}\n`);
  process.stdout.write(bytes);
}
