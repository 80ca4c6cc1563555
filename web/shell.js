// The first thing of the page: takes files at once, shows the start, starts the engine and the
// page's Python (main.py on PyScript's MicroPython), then hands the files over. No decisions here.

import { assets } from "./assets.js";
import { createEyebright } from "./client.js";
import { fromField, fromTransfer } from "./page/intake.js";

/** Milliseconds after which the page's Python has failed to start: it takes 300 on a warm machine. */
const PYTHON_START_MS = 30_000;

const NO_NETWORK = "There is no network just now, and this first visit needs one. Later ones work without.";

/** Python files of the page, beside main.py. */
const MODULES = [
  "compare", "crop_boxes", "crop_choices", "crop_frame", "crop_suggestions", "crop_words", "cropping", "details", "dom", "downloads", "items", "kinds", "losses", "names", "options", "overlay", "policy_file", "reasons", "row", "seen", "summary", "tables", "wishes", "words",
];

/** Parts of PyScript that this page does not use; `error` stays, as PyScript asks it to be quiet. */
const PLUGINS_OFF = ["codemirror", "deprecations-manager", "donkey", "error", "py-editor", "py-game", "py-terminal"]
  .map((name) => `!${name}`);

const element = (id) => /** @type {HTMLElement & HTMLInputElement} */ (document.getElementById(id));
const here = (path) => new URL(path, import.meta.url).href;
const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1);
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

// ---- Files, from the first moment on

/** @type {import("./page/intake.js").Batch[]} */
const early = [];
let receive = (batch) => {
  early.push(batch);
  const count = early.reduce((sum, { files }) => sum + files.length, 0);
  element("taken").textContent = `${count} ${count === 1 ? "file is" : "files are"} waiting and will start in a moment.`;
  element("taken").hidden = false;
};

/** What is done when the visitor asks for another engine. */
let onNewEngine = () => {};

/**
 * From now on files go to `receiver`; those already taken go there first.
 * @param {(batch: import("./page/intake.js").Batch) => void} receiver
 * @param {() => void} afterNewEngine called when the visitor has the engine started again
 */
export function takeOver(receiver, afterNewEngine) {
  clearTimeout(pythonTimer);
  receive = receiver;
  onNewEngine = afterNewEngine;
  element("taken").hidden = true;
  for (const batch of early.splice(0)) receive(batch);
}

/** Whether the visitor's first file is waited for: whatever else may wait does. */
let hurry = false;
let isFirst = true;

function take(batch) {
  if (batch.files.length && isFirst) hurry = true;
  if (batch.files.length || batch.skipped) receive(batch);
}

/** The first file is done, or is not to be. */
export function firstIsOver() {
  hurry = false;
  isFirst = false;
  keepForOffline();
}

function listenForFiles() {
  const lit = (on) => document.documentElement.classList.toggle("dragging", on);
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    lit(true);
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) lit(false); });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    lit(false);
    fromTransfer(event.dataTransfer).then(take, (error) => trouble(`What was dropped could not be read: ${error.message}`));
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) fromTransfer(event.clipboardData).then(take);
  });
  for (const [button, field] of [["choose", "files"], ["choose-folder", "folder"]]) {
    element(button).addEventListener("click", () => element(field).click());
    element(field).addEventListener("change", () => take(fromField(element(field))));
  }
}

// ---- The engine

/** @type {Promise<import("./client.js").Eyebright>} */
let starting;

/** The one engine of this page; a promise that rejects with why it did not start. */
export const engine = () => starting;

/**
 * Start another engine where this one ended, once for all who noticed.
 * @param {import("./client.js").Eyebright | null} ended null where it did not even start
 */
export async function replaceEngine(ended) {
  const current = await starting.catch(() => null);
  if (current && current === ended) startEngine();
}

function startEngine() {
  element("startup").hidden = false;
  element("trouble").hidden = true;
  starting = createEyebright({ onProgress: showBoot, warm: !savesData() });
  starting.then(
    (started) => {
      element("startup").hidden = true;
      whenIdle(() => getReady(started));
    },
    (error) => {
      element("startup").hidden = true;
      keepForOffline();
      trouble(navigator.onLine ? `${sentence(error.message)}.` : NO_NETWORK, () => {
        startEngine();
        onNewEngine();
      });
    },
  );
}

/** Safari has no idle callbacks: a moment later does. */
const whenIdle = (work) => (globalThis.requestIdleCallback ? requestIdleCallback(work) : setTimeout(work, 200));

/** Who saves data gets the models with the first picture. */
const savesData = () => Boolean(/** @type {any} */ (navigator).connection?.saveData);

/**
 * Have the models look once, while the visitor still looks for a picture, then keep all for later.
 * @param {import("./client.js").Eyebright} started
 */
async function getReady(started) {
  if (!hurry && !savesData()) {
    await started.warm().then(keepModels, (error) => console.info("The models are not ready yet:", error.message));
  }
  if (!hurry) keepForOffline();
}

let modelsKept = false;

/** They have been used, or are about to be: have them at hand without a network, too. */
export function keepModels() {
  if (modelsKept) return;
  modelsKept = true;
  navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage("keep the models"));
}

function showBoot({ what, loaded, total }) {
  element("boot-what").textContent = what ? `Getting ready: ${what}` : "Getting ready";
  if (total) {
    /** @type {any} */ (element("boot")).value = loaded / total;
    element("boot-sizes").textContent = `${megabytes(loaded)} of ${megabytes(total)} MB`;
  }
}

/**
 * Say what is wrong, with a way out.
 * @param {string} words
 * @param {() => void} [again] what "Try again" does; reloading, if nothing better
 */
export function trouble(words, again = () => location.reload()) {
  element("trouble-words").textContent = words;
  element("trouble-again").onclick = again;
  element("trouble").hidden = false;
}

// ---- The page's Python

const pythonTimer = setTimeout(
  () => trouble("The page's own program did not start. Reload to try again."), PYTHON_START_MS);

function startPython() {
  const config = {
    interpreter: `${assets.pyscript}micropython.mjs`,
    plugins: PLUGINS_OFF,
    files: {
      ...Object.fromEntries(MODULES.map((name) => [here(`page/${name}.py`), `./page/${name}.py`])),
      [here("page/annotations.py")]: "./typing.py", // MicroPython has none
    },
    js_modules: { main: { [here("shell.js")]: "shell", [here("page/browser.js")]: "browser", [here("page/crops.js")]: "crops" } },
  };
  const script = Object.assign(document.createElement("script"), { type: "mpy", src: here("main.py") });
  script.setAttribute("config", JSON.stringify(config));
  // PyScript also prepares its other interpreter; unused, but its plugins would be fetched.
  const unused = Object.assign(document.createElement("py-config"), { hidden: true });
  unused.setAttribute("type", "json");
  unused.textContent = JSON.stringify({ plugins: PLUGINS_OFF });
  document.body.append(unused, script);
  import(`${assets.pyscript}core.js`).then(
    // PyScript makes its workers' hooks from text, which needs unsafe-eval; it has no workers here.
    ({ hooks }) => hooks.worker.onBeforeRunAsync.clear(),
    (error) => trouble(`PyScript did not load: ${error.message}`),
  );
}

// ---- Offline afterwards

let isKept = false;

/** Fetching and checking all files takes seconds of a processor: not while the first picture waits. */
function keepForOffline() {
  if (isKept || !("serviceWorker" in navigator)) return;
  isKept = true;
  navigator.serviceWorker.register(new URL("./sw.js", document.baseURI)).catch(
    (error) => console.info("The page will not work offline:", error.message));
  navigator.serviceWorker.ready.then(() => { // by then all its files are kept
    element("offline").textContent = "It is kept in this browser now, and works without a network, too.";
  });
}

listenForFiles();
startEngine();
startPython();
