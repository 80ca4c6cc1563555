// Offline after the first visit. Files in hashed folders never change: the cache answers first. The few
// at the top do: the network answers first, the cache where it does not. Other origins are never touched.

/** Folders of this build; build/site.py puts their hashes in, so that a new build is a new worker. */
const GROUPS = ["./app/", "./pyscript/", "./pyodide/", "./codecs/", "./onnx/", "./models/"];
/** Kept once the page asks for it, not beforehand: what the first visit waits for comes first. */
const LATER = ["./onnx/", "./models/"].map((group) => group.slice(2));
/** What the page says then. */
const KEEP_LATER = "keep the models";
/** Milliseconds that the network has before the cache answers for a top file. */
const NETWORK_PATIENCE_MS = 3000;
/** Downloads at once while installing: the page itself comes first. */
const PARALLEL = 2;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const scope = new URL("./", self.location.href);
const cacheName = (folder) => `eyebright ${scope.pathname} ${folder}`;
/** Top files are kept per build: an old page never gets a new one's. */
const TOP = `top of ${GROUPS[0].slice(2, -1)}`;

worker.addEventListener("install", (event) => event.waitUntil(keepSite()));
worker.addEventListener("activate", (event) => event.waitUntil(dropOldFolders().then(() => worker.clients.claim())));
worker.addEventListener("message", (event) => {
  if (event.data === KEEP_LATER) event.waitUntil(keepAll(isLater));
});
worker.addEventListener("fetch", (event) => {
  const path = pathInSite(event.request);
  if (path !== null) event.respondWith(path.includes("/") ? fromCache(event.request, path) : fromNetwork(event.request, path));
});

/** The path below the site's folder; null for what is none of our business. */
function pathInSite({ method, url }) {
  const address = new URL(url);
  const ours = method === "GET" && address.origin === scope.origin && address.pathname.startsWith(scope.pathname);
  if (!ours) return null;
  const path = address.pathname.slice(scope.pathname.length) || "index.html";
  const folder = path.slice(0, path.indexOf("/") + 1);
  return folder === "" || GROUPS.includes(`./${folder}`) ? path : null;
}

const folderOf = (path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : TOP);

async function fromCache(request, path) {
  const compiled = path.endsWith(".wasm") && (await fromBrowser(path));
  if (compiled) return compiled;
  const cache = await caches.open(cacheName(folderOf(path)));
  const kept = await cache.match(keyOf(path));
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(keyOf(path), fresh.clone());
  return fresh;
}

/**
 * WebAssembly out of the browser's own cache, where it is there: Chromium keeps what it compiled beside that entry, from
 * the first visit on. Beside entries of ours it begins anew, and stays with the little that was compiled at first.
 * @param {string} path
 * @returns {Promise<Response | null>}
 */
async function fromBrowser(path) {
  const found = await fetch(keyOf(path), { cache: "only-if-cached", mode: "same-origin" }).catch(() => null);
  return found?.ok ? found : null;
}

async function fromNetwork(request, path) {
  const cache = await caches.open(cacheName(TOP));
  const kept = await cache.match(keyOf(path));
  if (!kept) return fetch(request);
  const fresh = fetch(request).catch(() => kept);
  const late = new Promise((resolve) => setTimeout(resolve, NETWORK_PATIENCE_MS, kept));
  return (await Promise.race([fresh, late])).clone();
}

/** Without query and fragment, so that every way to name a file finds it. */
const keyOf = (path) => new URL(path, scope).href;

async function keepSite() {
  await keepAll((path) => !isLater(path));
}

const isLater = (path) => LATER.some((folder) => path.startsWith(folder));

/** @param {(path: string) => boolean} isWanted */
async function keepAll(isWanted) {
  const { files } = await (await fetch(new URL("site.json", scope), { cache: "no-cache" })).json();
  const queue = files.filter(({ path }) => isWanted(path));
  const work = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) await keep(file);
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

/** @param {{path: string, sha256: string}} file */
async function keep({ path, sha256 }) {
  const cache = await caches.open(cacheName(folderOf(path)));
  if (path.includes("/") && (await cache.match(keyOf(path)))) return;
  const response = await fetch(keyOf(path), { cache: path.includes("/") ? "default" : "no-cache" });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const found = await digest(response.clone());
  if (found !== sha256) throw new Error(`${path} is not the file that site.json lists`);
  await cache.put(keyOf(path), response);
}

/** @param {Response} response */
async function digest(response) {
  const hash = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function dropOldFolders() {
  const current = new Set([TOP, ...GROUPS.map((group) => group.slice(2, -1))].map(cacheName));
  const ours = (await caches.keys()).filter((name) => name.startsWith(cacheName("")));
  await Promise.all(ours.filter((name) => !current.has(name)).map((name) => caches.delete(name)));
}
