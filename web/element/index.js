// Defines <eyebright-input>.

import { EyebrightInput } from "./element.js";

export { EyebrightInput };
/** @typedef {import("./element.js").ProgressDetail} ProgressDetail */
/** @typedef {import("./element.js").ResultDetail} ResultDetail */
/** @typedef {import("./element.js").ErrorDetail} ErrorDetail */
/** What `document.querySelector` knows it by. @typedef {import("./tags.js").Tag} Tag */

if (!customElements.get("eyebright-input")) customElements.define("eyebright-input", EyebrightInput);
