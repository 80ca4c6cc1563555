// <eyebright-input> in a plain form: the browser itself submits the smaller pictures.

import "eyebright/element";
import { tell } from "./told.js";

document.addEventListener("eyebright-error", (event) => {
  const { file, error } = /** @type {CustomEvent<import("eyebright/element").ErrorDetail>} */ (event).detail;
  tell(`${file.name}: ${error.message}`);
});
