// Defines <eyebright-input>.

import { EyebrightInput } from "./element.js";

export { EyebrightInput };

/**
 * @typedef {object} ProgressDetail of the event `eyebright-progress`
 * @property {File} file as it was chosen
 * @property {string} stage as in `eyebright.optimise`; start while the engine starts
 * @property {number} fraction 0 to 1
 */

/**
 * @typedef {object} ResultDetail of the event `eyebright-result`
 * @property {File} file as it was chosen
 * @property {File} result what the form sends
 * @property {any} report
 * @property {import("../client.js").DecisionRecord} record
 */

/**
 * @typedef {object} ErrorDetail of the event `eyebright-error`
 * @property {File} file as it was chosen
 * @property {Error} error
 * @property {boolean} fallback whether the original is sent; else the file is refused, and the form invalid
 */

/** What `document.querySelector` knows it by. @typedef {import("./tags.js").Tag} Tag */

if (!customElements.get("eyebright-input")) customElements.define("eyebright-input", EyebrightInput);
