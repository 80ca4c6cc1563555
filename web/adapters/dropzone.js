// Dropzone 6: each picture is made smaller before it is sent, whole or in chunks.
//
//   const dropzone = withEyebright(new Dropzone("#photos", { url: "/upload" }), { goal: { max_width: 1600 } });
//
// With each file go two fields: `eyebright`, what was saved, and `record`, the decision or why there is none, both as JSON.
// It takes the place of Dropzone's `transformFile`, one of the page's own too, and so of `resizeWidth` and `resizeHeight`: ask for
// `max_width` and `max_height` instead, and do what else is to be done to a file before it is added.
// Dropzone compares `maxFilesize` (256 MiB unless it is set) with the file as it was chosen.

import { expectUpload, prepareUpload, recordOf, withEnding } from "../upload.js";

/** What was made of a chosen file: an upload that is tried again sends the same bytes. @type {WeakMap<File, import("../upload.js").Sent>} */
const made = new WeakMap();

/**
 * @template {{options: any, on: Function, off: Function}} D
 * @param {D} dropzone
 * @param {Omit<import("../upload.js").UploadOptions, "signal" | "onProgress">
 *   & {onProgress?: (file: File, progress: import("../protocol.js").Progress) => void}} [options]
 * @returns {D} the same
 */
export function withEyebright(dropzone, { onProgress, ...options } = {}) {
  dropzone.options.transformFile = async (file, done) => {
    const control = new AbortController();
    const giveUp = (other) => { if (other === file) control.abort(); };
    dropzone.on("canceled", giveUp);
    dropzone.on("removedfile", giveUp);
    try {
      const tell = (progress) => onProgress?.(file, progress);
      if (!made.has(file)) made.set(file, await prepareUpload(file, { ...options, signal: control.signal, onProgress: tell }));
      const sent = made.get(file);
      if (sent.file.name !== file.name) file.upload.filename = withEnding(file.upload.filename, endingOf(sent.file.name));
      done(sent.file);
    } catch (error) {
      if (!control.signal.aborted) throw error;
      done(file); // Dropzone sends nothing of a file that was given up, but waits for all of them
    } finally {
      dropzone.off("canceled", giveUp);
      dropzone.off("removedfile", giveUp);
    }
  };
  dropzone.on("addedfile", (file) => expectUpload(file, options));
  dropzone.on("sending", (file, _request, data) => {
    const sent = made.get(file);
    if (!sent || !data) return; // without a form's data (`binaryBody`) there is no place for fields
    data.append("eyebright", JSON.stringify(sent.saving));
    data.append("record", recordOf(sent));
  });
  return dropzone;
}

/** @param {string} name which has one */
function endingOf(name) {
  return name.slice(name.lastIndexOf(".") + 1);
}
