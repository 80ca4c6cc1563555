// A file field for Uppy, and what became of its files: Uppy's own Dashboard does this and more.

import { tell } from "./told.js";

/** @param {import("@uppy/core").Uppy<any, any>} uppy */
export function feed(uppy) {
  const field = document.querySelector("input");
  field.addEventListener("change", () => {
    for (const file of field.files) uppy.addFile({ name: file.name, type: file.type, data: file });
  });
  document.getElementById("cancel").addEventListener("click", () => uppy.cancelAll());
  document.getElementById("retry").addEventListener("click", () => uppy.retryAll());
  uppy.on("upload-success", (file) => tell(JSON.parse(String(file.meta.eyebright))));
  uppy.on("upload-error", (file, error) => tell(`${file.name}: ${error.message}`));
  uppy.on("cancel-all", () => tell("Nothing was sent."));
}
