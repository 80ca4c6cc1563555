// Resuming after a reload: Uppy knows an upload that broke off by the chosen file and the endpoint. What was made of that file
// may have other bytes the next time (another build, another goal, the original where the engine fails), and two halves of
// different files are no picture. So the endpoint is marked with what the bytes are; no request carries what follows its `#`.

/**
 * Options of Tus for one file of Uppy's state; none where Tus is not there.
 * @param {{getPlugin: (id: string) => any}} uppy
 * @param {any} chosen Uppy's own, whose Tus may have an endpoint of its own
 * @param {File} made
 */
export async function resumable(uppy, { tus }, made) {
  const endpoint = tus?.endpoint ?? uppy.getPlugin("Tus")?.opts.endpoint;
  return endpoint ? { tus: { ...tus, endpoint: `${endpoint.split("#")[0]}#${await markOf(made)}` } } : {};
}

/** @param {Blob} made */
async function markOf(made) {
  if (!globalThis.crypto?.subtle) return String(Math.random()); // a page without TLS begins anew after a reload
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await made.arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
