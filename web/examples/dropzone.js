// Dropzone: what was saved and the record of the decision are fields beside each file.

import { Dropzone } from "dropzone";
import "dropzone/dist/dropzone.css";
import { withEyebright } from "eyebright/adapters/dropzone";
import { tell } from "./told.js";

const dropzone = new Dropzone("#photos", { url: "/upload", addRemoveLinks: true });
withEyebright(dropzone, { base: "/eyebright/", goal: { max_width: 1600 } });

dropzone.on("sending", (_file, _request, /** @type {FormData} */ data) => tell(JSON.parse(String(data.get("eyebright")))));
dropzone.on("success", ({ name }) => tell(`${name}: sent`));
dropzone.on("error", ({ name }, message) => tell(`${name}: ${message}`));
