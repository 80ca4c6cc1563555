// A plug-in for FilePond 4: each picture is made smaller when it is sent, by a server's `process` or within a form
// (`storeAsFile`), and what it came from stays in the pond.
//
//   registerPlugin(EyebrightFilePond);
//   create(input, { server: { process: { url: "/upload", ondata: withRecord } }, eyebrightGoal: { max_width: 1600 } });
//
// Cancel, `abort` and `removeFile` stop a file that is still worked on, too.
// A file's metadata, which FilePond sends beside it, then have `eyebright`, what was saved, and `record`, the decision.

import { expectUpload, prepareUpload, recordOf } from "../upload.js";

/** Why a preparation ended that its visitor gave up. */
const CANCELLED = new DOMException("The file was cancelled.", "AbortError");

/** What was made of a chosen file: an upload that is tried again sends the same bytes. @type {WeakMap<File, Promise<import("../upload.js").Sent>>} */
const made = new WeakMap();

/** Preparations under way, by FilePond's own item. @type {WeakMap<object, AbortController>} */
const underWay = new WeakMap();

/** What a pond takes beside FilePond's own options. @typedef {import("./filepond-options.js").PondOptions} PondOptions */

/**
 * FilePond calls it; see PondOptions.
 * @param {{addFilter: Function, utils: {Type: Record<string, unknown>}}} pond
 */
export function EyebrightFilePond({ addFilter, utils: { Type } }) {
  addFilter("SHOULD_PREPARE_OUTPUT", async (should, { query, change }) => {
    const isForm = !query("IS_ASYNC"); // to a server it is prepared when it is sent
    return should || (query("GET_ALLOW_EYEBRIGHT") && isForm && !change);
  });
  addFilter("DID_LOAD_ITEM", async (item, { query }) => {
    if (!query("GET_ALLOW_EYEBRIGHT")) return item;
    expectUpload(item.file, optionsOf(query));
    letCancel(item);
    return item;
  });
  addFilter("PREPARE_OUTPUT", async (file, { query, item }) => {
    if (!query("GET_ALLOW_EYEBRIGHT") || !(file instanceof File)) return file;
    if (!made.has(file)) made.set(file, prepare(file, query, item));
    try {
      const sent = await made.get(file);
      item.setMetadata({ eyebright: sent.saving, record: sent.record }, true);
      return sent.file;
    } catch (error) {
      made.delete(file);
      if (item.archived) return file; // removed meanwhile: it is not sent
      if (error === CANCELLED) return new Promise(() => {}); // whatever it resolved to would be sent
      throw error;
    }
  });
  return {
    options: {
      allowEyebright: [true, Type.BOOLEAN],
      eyebrightGoal: [null, Type.OBJECT],
      eyebrightBase: [null, Type.STRING],
      eyebrightLimit: [0, Type.INT],
    },
  };
}

/**
 * For a server's `process.ondata`: the two of a file's metadata that are ours as fields of their own, as other adapters send them.
 * @param {FormData} data what FilePond sends: the metadata as JSON, then the file
 */
export function withRecord(data) {
  const { eyebright, record } = JSON.parse(String([...data.values()][0]));
  if (eyebright) data.append("eyebright", JSON.stringify(eyebright));
  if (eyebright) data.append("record", recordOf({ record, saving: eyebright }));
  return data;
}

/**
 * @param {File} file
 * @param {(what: string) => any} query
 * @param {{archived: boolean}} item
 */
async function prepare(file, query, item) {
  const control = new AbortController();
  underWay.set(item, control);
  try {
    return await prepareUpload(file, {
      ...optionsOf(query),
      signal: control.signal,
      onProgress: () => { if (item.archived) control.abort(); }, // FilePond tells nobody else of a file that is removed
    });
  } finally {
    underWay.delete(item);
  }
}

/**
 * FilePond aborts the request of a file's sending; before there is one, its Cancel does nothing. Here it gives up the preparation,
 * and FilePond is told what an aborted request tells it.
 * @param {{process: (processor: {abort: () => void, fire: (event: string, ...params: any[]) => void}, prepare: Function) => void}} item
 */
function letCancel(item) {
  const { process } = item;
  item.process = (processor, ...others) => {
    const { abort } = processor;
    processor.abort = () => {
      const control = underWay.get(item);
      if (!control) return abort();
      control.abort(CANCELLED);
      processor.fire("abort", null);
    };
    process(processor, ...others);
  };
}

/** @param {(what: string) => any} query */
function optionsOf(query) {
  return {
    goal: query("GET_EYEBRIGHT_GOAL") ?? undefined,
    base: query("GET_EYEBRIGHT_BASE") ?? undefined,
    limit: query("GET_EYEBRIGHT_LIMIT") || undefined,
  };
}
