// A preprocessor for Uppy, 5 or newer: each picture is made smaller before any uploader sees it, tus among them.
//
//   uppy.use(EyebrightUppy, { goal: { max_width: 1600 } }).use(XHRUpload, { endpoint: "/upload" });
//
// A file's meta, which go with the upload, then have as JSON `eyebright`, what was saved, and `record`, the decision or why
// there is none.

import { BasePlugin } from "@uppy/core";
import { expectUpload, prepareUpload, recordOf } from "../upload.js";
import { resumable } from "./resumable.js";

/**
 * @typedef {object} EyebrightUppyOptions
 * @property {string} [id] of the plugin
 * @property {import("../client.js").Goal} [goal]
 * @property {string | URL} [base] folder of the engine
 * @property {number} [limit] milliseconds for each file after which the original goes
 * @property {boolean} [record] whether the meta get `record`, thousands of characters; by default unless Tus is there, which
 *   sends all meta in one header, and servers bound those
 */

/**
 * @template {import("@uppy/core").Meta} M
 * @template {import("@uppy/core").Body} B
 * @extends {BasePlugin<EyebrightUppyOptions, M, B>}
 */
export class EyebrightUppy extends BasePlugin {
  /**
   * @param {import("@uppy/core").Uppy<M, B>} uppy
   * @param {EyebrightUppyOptions} [options]
   */
  constructor(uppy, options = {}) {
    super(uppy, options);
    this.id = options.id ?? "Eyebright";
    this.type = "modifier";
    /** What was made here: an upload that is tried again, or resumed, sends the same bytes. @type {WeakSet<Blob>} */
    this.made = new WeakSet();
  }

  /** @override */
  install() {
    this.uppy.addPreProcessor(this.prepare);
    this.uppy.on("file-added", this.expect);
  }

  /** @override */
  uninstall() {
    this.uppy.removePreProcessor(this.prepare);
    this.uppy.off("file-added", this.expect);
  }

  /** @param {{name?: string, type?: string}} file one that was chosen, and may be sent much later */
  expect = ({ name = "", type = "" }) => expectUpload({ name, type }, this.opts);

  /** @param {string[]} ids of the files of one upload */
  prepare = async (ids) => {
    await Promise.all(ids.map((id) => this.prepareFile(id)));
  };

  /** @param {string} id */
  async prepareFile(id) {
    const file = this.uppy.getFile(id);
    if (!file || file.isRemote || !(file.data instanceof Blob) || this.made.has(file.data)) return;
    const control = new AbortController();
    const onRemoved = (removed) => removed.id === id && control.abort();
    const onCancelled = () => control.abort();
    this.uppy.on("file-removed", onRemoved);
    this.uppy.on("cancel-all", onCancelled);
    const tell = (value) => this.uppy.emit("preprocess-progress", file, { mode: "determinate", message: "Making the picture smaller", value });
    tell(0);
    try {
      const { goal, base, limit } = this.opts;
      const chosen = new File([file.data], file.name, { type: file.type });
      const onProgress = ({ fraction }) => tell(fraction);
      const sent = await prepareUpload(chosen, { goal, base, limit, signal: control.signal, onProgress });
      const tus = sent.file === chosen ? {} : await resumable(this.uppy, file, sent.file);
      if (!control.signal.aborted) this.replace(id, sent, tus);
    } catch (error) {
      if (!control.signal.aborted) throw error; // else there is no file to send any more
    } finally {
      this.uppy.off("file-removed", onRemoved);
      this.uppy.off("cancel-all", onCancelled);
      this.uppy.emit("preprocess-complete", this.uppy.getFile(id));
    }
  }

  /**
   * @param {string} id
   * @param {import("../upload.js").Sent} sent
   * @param {object} others of the file's state
   */
  replace(id, { file, ...sent }, others) {
    this.made.add(file);
    const { meta } = this.uppy.getFile(id);
    const { name, type, size } = file;
    const withRecord = this.opts.record ?? !this.uppy.getPlugin("Tus");
    const told = { eyebright: JSON.stringify(sent.saving), ...(withRecord ? { record: recordOf(sent) } : {}) };
    const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
    this.uppy.setFileState(id, { ...others, name, type, size, extension, data: file, meta: { ...meta, name, type, ...told } });
  }
}
