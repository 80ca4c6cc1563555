// smartcrop.js under Node, for measuring: where it would cut pictures of given pixels.
//
//   node build/smartcrop.mjs SMARTCROP_JS
//
// Reads pictures from standard input: a line of JSON, {"width", "height", "aspects": [[across, down], ...]}, then
// width x height x 4 bytes of RGBA. Writes for each a line of JSON, a list of {"x", "y", "width", "height"}.

import { createRequire } from "node:module";
import { resolve } from "node:path";

const smartcrop = createRequire(import.meta.url)(resolve(process.argv[2]));
const NEWLINE = 10;
const imageOperations = {
  open: async (picture) => picture,
  resample: (picture, width, height) => scaled(picture, Math.trunc(width), Math.trunc(height)),
  getData: async (picture) => picture,
};
let waiting = Buffer.alloc(0);

for await (const part of process.stdin) {
  waiting = Buffer.concat([waiting, part]);
  for (let job = next(); job; job = next()) await answer(job);
}

/** The first whole picture of what was read, taken out; null where more has to come. */
function next() {
  const end = waiting.indexOf(NEWLINE);
  if (end < 0) return null;
  const { width, height, aspects } = JSON.parse(waiting.toString("utf8", 0, end));
  const stop = end + 1 + 4 * width * height;
  if (waiting.length < stop) return null;
  const data = new Uint8ClampedArray(waiting.subarray(end + 1, stop));
  waiting = waiting.subarray(stop);
  return { picture: { width, height, data }, aspects };
}

async function answer({ picture, aspects }) {
  const boxes = [];
  for (const [width, height] of aspects) {
    const { topCrop } = await smartcrop.crop(picture, { width, height, imageOperations });
    boxes.push({ x: topCrop.x, y: topCrop.y, width: topCrop.width, height: topCrop.height });
  }
  process.stdout.write(`${JSON.stringify(boxes)}\n`);
}

/** Bilinear, as a canvas draws by default. */
function scaled(picture, width, height) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom, down] = between(y, height, picture.height);
    for (let x = 0; x < width; x++) {
      const [left, right, across] = between(x, width, picture.width);
      for (let channel = 0; channel < 4; channel++) {
        const at = (row, column) => picture.data[4 * (row * picture.width + column) + channel];
        const above = at(top, left) * (1 - across) + at(top, right) * across;
        const below = at(bottom, left) * (1 - across) + at(bottom, right) * across;
        data[4 * (y * width + x) + channel] = above * (1 - down) + below * down;
      }
    }
  }
  return { width, height, data };
}

/** The two source pixels that one of `size` lies between, and how near it is to the second. */
function between(index, size, of) {
  const place = Math.min(Math.max(((index + 0.5) * of) / size - 0.5, 0), of - 1);
  const first = Math.floor(place);
  return [first, Math.min(first + 1, of - 1), place - first];
}
