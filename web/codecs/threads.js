// Whether WebAssembly may use threads here, and how many one codec takes.

/** Threads of one encode: rows of 64 pixels wait for those above them, so more than a few stand about. Our choice. */
const MOST_THREADS = 4;

/** Pages of 64 KiB that codecs built for threads claim at most, as they were compiled: 2 GiB, addresses only. */
const CLAIMED_PAGES = 2 ** 31 / 2 ** 16;

/** Whether this worker, with those it starts, may share memory, and has the addresses for it. */
export function hasThreads() {
  if (!globalThis.crossOriginIsolated || (navigator.hardwareConcurrency ?? 1) < 2) return false;
  try {
    return Boolean(new WebAssembly.Memory({ initial: 1, maximum: CLAIMED_PAGES, shared: true }));
  } catch (error) {
    if (error instanceof RangeError) return false; // 32-bit addresses, most of them taken
    throw error;
  }
}

/** Codecs start as many threads as they are told that there are cores: let that be no more than serve one picture. */
export function boundThreads() {
  const value = Math.min(navigator.hardwareConcurrency ?? 1, MOST_THREADS);
  Object.defineProperty(navigator, "hardwareConcurrency", { value, configurable: true });
}
