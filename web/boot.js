// How far the start is: bytes of the files that the engine fetches.

/**
 * Count what this worker fetches, file by file as it arrives.
 * @param {Record<string, {bytes: number}>} sizes by "<group>/<file>"; what is not in it is not counted
 * @param {(what: string, loaded: number, total: number) => void} tell
 */
export function countFetches(sizes, tell) {
  const total = Object.entries(sizes).reduce((sum, [name, { bytes }]) => sum + (isBoot(name) ? bytes : 0), 0);
  const done = new Map();
  const say = (what) => tell(what, [...done.values()].reduce((a, b) => a + b, 0), total);
  const plainFetch = self.fetch;
  self.fetch = async (request, init) => {
    const response = await plainFetch(request, init);
    const name = nameOf(response.url);
    const size = sizes[name];
    if (size) follow(response.clone(), (bytes) => {
      done.set(name, Math.min(bytes, size.bytes));
      say("loading");
    });
    return response;
  };
  say("loading");
  return { say, stop: () => { self.fetch = plainFetch; } };
}

/** What every start fetches: Pyodide's core, numpy and our wheel. */
function isBoot(name) {
  return /^pyodide\/(pyodide\.asm\.wasm|python_stdlib\.zip|numpy-.*\.whl|eyebright-.*\.whl)$/.test(name);
}

/** "pyodide/pyodide.asm.wasm" of ".../pyodide-1a2b3c/pyodide.asm.wasm". */
function nameOf(address) {
  const [group, file] = address.split("/").slice(-2);
  return `${group.replace(/-[^-]*$/, "")}/${file}`;
}

/**
 * @param {Response} copy
 * @param {(bytes: number) => void} tell
 */
async function follow(copy, tell) {
  let bytes = 0;
  const reader = copy.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.length;
    tell(bytes);
  }
}
