// Forms by hand: the form's data with smaller pictures, for `fetch` or XMLHttpRequest to send.
//
//   const { data } = await optimiseFormData(new FormData(form), { goal: { max_width: 1600 }, signal });
//   await fetch("/upload", { method: "POST", body: data, signal });

import { prepareUpload, recordOf } from "../upload.js";

/**
 * @typedef {object} FormOptions
 * @property {(fieldName: string) => string} [recordField] name of the field with the record of a field's files, one for each file
 *   and in their order; `NAME-record` by default
 */

/**
 * The form's data with each picture replaced by what is to be sent, and a record beside it. The form's own data stay as they
 * are. Rejects for the signal alone.
 * @param {FormData} form
 * @param {import("../upload.js").UploadOptions & FormOptions} [options]
 * @returns {Promise<{data: FormData, sent: import("../upload.js").Sent[]}>} sent: what came of each file, in the form's order
 */
export async function optimiseFormData(form, { recordField = (name) => `${name}-record`, ...options } = {}) {
  const entries = await Promise.all([...form].map(async ([name, value]) => ({
    name, value, sent: isChosen(value) ? await prepareUpload(value, options) : null,
  })));
  const data = new FormData();
  for (const { name, value, sent } of entries) {
    if (!sent) data.append(name, value);
    else {
      data.append(name, sent.file, sent.file.name);
      data.append(recordField(name), recordOf(sent));
    }
  }
  return { data, sent: entries.flatMap(({ sent }) => sent ?? []) };
}

/**
 * Whether there is a file: a field where none was chosen has one without name and bytes.
 * @param {FormDataEntryValue} value
 * @returns {value is File}
 */
function isChosen(value) {
  return value instanceof File && (value.name !== "" || value.size > 0);
}
