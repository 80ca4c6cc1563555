// The element's value: the fields of the form, what is wrong with it, and what comes back after navigation.

import { Item } from "./files.js";
import { describe } from "./row.js";
import { say } from "./words.js";

/**
 * The form's entries: for each file one of `name` and one of `name-record`, in the same order.
 * @param {string} name empty: nothing is sent, as with other fields
 * @param {Item[]} items
 */
export function fieldsOf(name, items) {
  const fields = new FormData();
  if (!name) return fields;
  for (const item of items) {
    fields.append(name, item.sent);
    fields.append(`${name}-record`, item.told);
  }
  return fields;
}

/**
 * What the browser keeps for when the person comes back: the originals, which it finds again on the device.
 * @param {Item[]} items
 */
export function stateOf(items) {
  const state = new FormData();
  for (const item of items) {
    state.append("file", item.file);
    state.append("keeps-own", String(item.keepsOwn));
  }
  return state;
}

/**
 * @param {FormData} state
 * @returns {Item[]}
 */
export function restored(state) {
  const owns = state.getAll("keeps-own");
  return state.getAll("file").filter((file) => file instanceof File).map((file, index) => {
    const item = new Item(file);
    item.keepsOwn = owns[index] === "true";
    return item;
  });
}

/**
 * @param {import("./view.js").Look} look
 * @param {string} custom the page's own message
 * @returns {{flags: ValidityStateFlags, message: string}}
 */
export function faultOfField(look, custom) {
  const { items, words } = look;
  if (custom) return { flags: { customError: true }, message: custom };
  if (!items.length && look.required) return { flags: { valueMissing: true }, message: say(look.multiple ? words.requiredMany : words.required) };
  const named = (/** @type {Item} */ item) => say(words.invalid, { name: item.file.name, text: describe(item, look) });
  const refused = items.find(({ state }) => state === "failed");
  if (refused) return { flags: refused.fault === "wrongType" ? { typeMismatch: true } : { badInput: true }, message: named(refused) };
  const over = items.find((item) => item.isOver(look.most));
  return over ? { flags: { rangeOverflow: true }, message: named(over) } : { flags: {}, message: "" };
}
