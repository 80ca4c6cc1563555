// A form of your own, sent by fetch: the pictures in it are made smaller first.

import { optimiseFormData } from "eyebright/adapters/fetch";
import { tell } from "./told.js";

const form = document.querySelector("form");
const progress = document.querySelector("progress");
const cancel = /** @type {HTMLButtonElement} */ (document.getElementById("cancel"));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const control = new AbortController();
  const { signal } = control;
  cancel.onclick = () => control.abort();
  cancel.disabled = progress.hidden = false;
  try {
    const { data, sent } = await optimiseFormData(new FormData(form), {
      base: "/eyebright/",
      goal: { max_width: 1600 },
      limit: 60_000, // after a minute the original goes
      signal,
      onProgress: ({ fraction }) => { progress.value = fraction; },
    });
    const response = await fetch(form.action, { method: "POST", body: data, signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    for (const { saving } of sent) tell(saving);
  } catch (error) {
    tell(signal.aborted ? "Nothing was sent." : error.message);
  } finally {
    cancel.disabled = progress.hidden = true;
  }
});
