// Finished results, kept in this browser (IndexedDB): bounded, the least recently used ones go first.
// Sizes and times stand apart from the bytes, so that making room reads no picture. Every step is one
// transaction, so that two tabs never see half of one.

import { CapabilityMissing } from "./errors.js";

const NAME = "eyebright.results";
const VERSION = 1;
const BYTES = "bytes";
const ENTRIES = "entries";

export class Results {
  /** @type {Promise<IDBDatabase> | undefined} */
  #opening;

  /**
   * @param {string} key
   * @returns {Promise<Uint8Array | undefined>}
   */
  async get(key) {
    return this.#within("readwrite", async (bytes, entries) => {
      const found = await done(bytes.get(key));
      if (!found) return undefined; // Python sees it as None
      entries.put({ key, size: found.length, used: Date.now() });
      return found;
    });
  }

  /**
   * Keep these bytes; of all together no more than `most`.
   * @param {string} key
   * @param {Uint8Array} data
   * @param {number} most bytes
   */
  async put(key, data, most) {
    if (data.length > most) return;
    await this.#within("readwrite", async (bytes, entries) => {
      const others = (await done(entries.getAll())).filter((entry) => entry.key !== key);
      let total = data.length + others.reduce((sum, { size }) => sum + size, 0);
      for (const { key: old, size } of others.sort((a, b) => a.used - b.used)) {
        if (total <= most) break;
        bytes.delete(old);
        entries.delete(old);
        total -= size;
      }
      bytes.put(data, key);
      entries.put({ key, size: data.length, used: Date.now() });
    });
  }

  /** @returns {Promise<number>} entries that were there */
  async clear() {
    return this.#within("readwrite", async (bytes, entries) => {
      const count = await done(entries.count());
      bytes.clear();
      entries.clear();
      return count;
    });
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(bytes: IDBObjectStore, entries: IDBObjectStore) => Promise<T>} work
   * @returns {Promise<T>} once all of it is written
   */
  async #within(mode, work) {
    try {
      const database = await (this.#opening ??= this.#open());
      const transaction = database.transaction([BYTES, ENTRIES], mode);
      const finished = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      const [result] = await Promise.all([work(transaction.objectStore(BYTES), transaction.objectStore(ENTRIES)), finished]);
      return result;
    } catch (error) {
      this.#opening = undefined; // asked again next time: a denied or closed store may open later
      throw new CapabilityMissing(`its storage failed (${error?.name ?? "denied"})`);
    }
  }

  /** @returns {Promise<IDBDatabase>} */
  async #open() {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(BYTES);
      request.result.createObjectStore(ENTRIES, { keyPath: "key" });
    };
    const database = await done(request);
    database.onversionchange = () => this.#close(database); // another tab brings a newer version
    database.onclose = () => { this.#opening = undefined; };
    return database;
  }

  /** @param {IDBDatabase} database */
  #close(database) {
    this.#opening = undefined;
    database.close();
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
