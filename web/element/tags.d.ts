// The element and its events among those of HTML, for those who write TypeScript.

import type { ErrorDetail, EyebrightInput, ProgressDetail, ResultDetail } from "./index.js";

export type Tag = "eyebright-input";

declare global {
  interface HTMLElementTagNameMap {
    "eyebright-input": EyebrightInput;
  }
  interface HTMLElementEventMap {
    "eyebright-progress": CustomEvent<ProgressDetail>;
    "eyebright-result": CustomEvent<ResultDetail>;
    "eyebright-error": CustomEvent<ErrorDetail>;
  }
}
