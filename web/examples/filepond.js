// FilePond twice: sending each file by itself, and handing it to a form that sends it.

import { create, registerPlugin } from "filepond";
import "filepond/dist/filepond.css";
import { EyebrightFilePond, withRecord } from "eyebright/adapters/filepond";
import { tell } from "./told.js";

registerPlugin(EyebrightFilePond);
const eyebright = { eyebrightBase: "/eyebright/", eyebrightGoal: { max_width: 1600 } };

create(document.getElementById("pond"), {
  ...eyebright,
  name: "file",
  server: { process: { url: "/upload", ondata: withRecord } },
  onprocessfile: (error, { filename, getMetadata }) => tell(error ? `${filename}: not sent` : getMetadata("eyebright")),
});

create(document.getElementById("within"), {
  ...eyebright,
  storeAsFile: true,
  onpreparefile: ({ getMetadata }) => tell(getMetadata("eyebright")),
});

const form = document.querySelector("form");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await fetch("/upload", { method: "POST", body: new FormData(form) });
  tell("The form was sent.");
});
