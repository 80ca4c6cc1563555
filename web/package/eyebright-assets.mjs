#!/usr/bin/env node
// Copy the engine into a folder that your site serves: Python, codecs and models, none of which a bundler can follow.
//
//   npx eyebright-assets public/eyebright
//
// Then createEyebright({ base: "/eyebright/" }). Run it after each update of the package, before each build at best.

import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ASSETS = fileURLToPath(new URL("../assets/", import.meta.url));

/** Folders of the engine, this build's and earlier ones: their names end with a hash of what is in them. */
const GROUP = /^(app|codecs|models|onnx|pyodide)-[0-9a-f]{10}$/;

const [folder, ...others] = process.argv.slice(2);
if (!folder || folder.startsWith("-") || others.length) {
  console.error("use: eyebright-assets DIR   (a folder that your site serves, such as public/eyebright)");
  process.exit(2);
}

try {
  const current = readdirSync(ASSETS);
  mkdirSync(folder, { recursive: true });
  const old = readdirSync(folder).filter((name) => GROUP.test(name) && !current.includes(name));
  cpSync(ASSETS, folder, { recursive: true });
  for (const name of old) rmSync(join(folder, name), { recursive: true });
  console.log(`The engine of Eyebright is in ${resolve(folder)}; give createEyebright the address of that folder as base.`);
} catch (error) {
  console.error(`eyebright-assets: ${folder} cannot be written: ${error.message}`);
  process.exit(1);
}
