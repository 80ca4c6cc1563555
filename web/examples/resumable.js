// Uppy with resumable uploads (tus): the smaller file is what is cut into parts, broken off and resumed.

import Uppy from "@uppy/core";
import Tus from "@uppy/tus";
import { EyebrightUppy } from "eyebright/adapters/uppy";
import { feed } from "./uppy-input.js";

feed(new Uppy({ autoProceed: true })
  .use(EyebrightUppy, { base: "/eyebright/", goal: { max_width: 1600 } })
  .use(Tus, { endpoint: "/files/", retryDelays: [0, 1000, 3000] }));
