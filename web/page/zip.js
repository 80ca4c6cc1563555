// A stored (uncompressed) ZIP archive: pictures do not shrink further. Layout by PKWARE's
// APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end).

/** Largest value of a 32-bit field; beyond it ZIP64 would be needed. */
const LIMIT = 0xffffffff;
/** Most entries of an archive without ZIP64. */
const ENTRY_LIMIT = 0xffff;
/** General-purpose bit 11: names are UTF-8 (4.4.4). */
const UTF8 = 1 << 11;
/** "Version needed" and "made by" 2.0: folders, no ZIP64 (4.4.3). */
const VERSION = 20;

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/**
 * An archive of these files, in this order. The blobs are referred to, not copied.
 * @param {{name: string, blob: Blob}[]} files names use "/" and are unique
 * @returns {Promise<Blob>}
 */
export async function zip(files) {
  if (files.length > ENTRY_LIMIT) throw new RangeError(`${files.length} files do not fit into one zip; download fewer at a time`);
  const [parts, directory] = [[], []];
  let offset = 0;
  const [time, date] = dosTime(new Date());
  for (const { name, blob } of files) {
    const entry = { name: new TextEncoder().encode(name), crc: await crc32(blob), size: blob.size, offset, time, date };
    const header = localHeader(entry);
    parts.push(header, entry.name, blob);
    directory.push(centralHeader(entry), entry.name);
    offset += header.byteLength + entry.name.byteLength + blob.size;
    if (offset > LIMIT) throw new RangeError("the pictures are larger than 4 GB together; download fewer at a time");
  }
  const directorySize = directory.reduce((sum, part) => sum + part.byteLength, 0);
  return new Blob([...parts, ...directory, end(files.length, directorySize, offset)], { type: "application/zip" });
}

/**
 * @param {Blob} blob
 * @returns {Promise<number>}
 */
async function crc32(blob) {
  let crc = 0xffffffff;
  const reader = blob.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return (crc ^ 0xffffffff) >>> 0;
    for (let i = 0; i < value.length; i += 1) crc = TABLE[(crc ^ value[i]) & 0xff] ^ (crc >>> 8);
  }
}

/**
 * @param {Date} moment to two seconds, as DOS had it (4.4.6)
 * @returns {[number, number]}
 */
function dosTime(moment) {
  const time = (moment.getHours() << 11) | (moment.getMinutes() << 5) | (moment.getSeconds() >> 1);
  const date = ((moment.getFullYear() - 1980) << 9) | ((moment.getMonth() + 1) << 5) | moment.getDate();
  return [time, date];
}

/**
 * The fields that the local and the central header share, from "version needed" on.
 * @returns {[number, number][]}
 */
const shared = (entry) => [[2, VERSION], [2, UTF8], [2, 0], [2, entry.time], [2, entry.date],
  [4, entry.crc], [4, entry.size], [4, entry.size], [2, entry.name.byteLength], [2, 0]];

const localHeader = (entry) => record([[4, 0x04034b50], ...shared(entry)]);

const centralHeader = (entry) => record([[4, 0x02014b50], [2, VERSION], ...shared(entry),
  [2, 0], [2, 0], [2, 0], [4, 0], [4, entry.offset]]);

const end = (count, size, offset) => record([[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count],
  [4, size], [4, offset], [2, 0]]);

/**
 * @param {[number, number][]} fields bytes and value, little-endian
 * @returns {Uint8Array}
 */
function record(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}
