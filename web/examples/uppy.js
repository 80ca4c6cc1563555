// Uppy with an ordinary upload: what was saved and the record of the decision are fields beside the file.

import Uppy from "@uppy/core";
import XHRUpload from "@uppy/xhr-upload";
import { EyebrightUppy } from "eyebright/adapters/uppy";
import { feed } from "./uppy-input.js";

feed(new Uppy({ autoProceed: true })
  .use(EyebrightUppy, { base: "/eyebright/", goal: { max_width: 1600 } })
  .use(XHRUpload, { endpoint: "/upload" }));
