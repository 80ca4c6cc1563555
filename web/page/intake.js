// Files from a drop, a paste or a file field, folders walked. Nothing is read yet.

/** @typedef {{file: File, path: string}} Taken path: folders and name, as the visitor has them */
/** @typedef {{files: Taken[], skipped: number}} Batch skipped: files of a folder that are no pictures */

/** Endings of the pictures worth taking from a folder; the engine itself goes by content. */
export const PICTURE = /\.(jpe?g|jfif|png|apng|webp|avif|jxl|gif|tiff?|bmp|ico|heic|heif|svg)$/i;

/**
 * @param {DataTransfer} transfer of a drop or a paste
 * @returns {Promise<Batch>}
 */
export async function fromTransfer(transfer) {
  // Both lists are emptied when the event is over, so they are read before anything waits.
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.());
  const files = [...transfer.files].map((file) => ({ file, path: file.name }));
  if (!entries.some((entry) => entry?.isDirectory)) return { files, skipped: 0 };
  const walked = await Promise.all(entries.map((entry) => walk(entry, false)));
  return join(walked);
}

/**
 * @param {HTMLInputElement} field
 * @returns {Batch}
 */
export function fromField(field) {
  const all = [...field.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  const files = field.webkitdirectory ? all.filter(({ path }) => PICTURE.test(path)) : all;
  field.value = ""; // the same files can be chosen again
  return { files, skipped: all.length - files.length };
}

/**
 * @param {FileSystemEntry | null} entry
 * @param {boolean} inFolder what lies in a folder is taken only if it looks like a picture
 * @returns {Promise<Batch>}
 */
async function walk(entry, inFolder) {
  if (!entry) return { files: [], skipped: 0 };
  if (entry.isDirectory) return join(await Promise.all((await children(/** @type {FileSystemDirectoryEntry} */ (entry))).map((child) => walk(child, true))));
  if (inFolder && !PICTURE.test(entry.name)) return { files: [], skipped: 1 };
  const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
  return { files: [{ file, path: entry.fullPath.replace(/^\//, "") }], skipped: 0 };
}

/**
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<FileSystemEntry[]>}
 */
async function children(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) { // browsers give at most 100 at a time
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}

/**
 * @param {Batch[]} batches
 * @returns {Batch}
 */
function join(batches) {
  return {
    files: batches.flatMap((batch) => batch.files),
    skipped: batches.reduce((sum, batch) => sum + batch.skipped, 0),
  };
}
