// The shadow tree: the field for files, the list, and what is said to who cannot see them.

import { button, make, write } from "./dom.js";
import { Row, describe } from "./row.js";
import { styleSheet } from "./style.js";
import { fromField, fromTransfer } from "../page/intake.js";
import { say } from "./words.js";

/**
 * @typedef {object} Handlers
 * @property {(files: File[]) => void} onFiles
 * @property {(item: import("./files.js").Item) => void} onRemove
 * @property {(item: import("./files.js").Item) => void} onToggle
 * @property {() => void} onSendNow
 * @property {() => void} onIntent somebody seems to be about to choose a file
 */

/**
 * @typedef {object} Look all that the view shows
 * @property {import("./files.js").Item[]} items
 * @property {import("./words.js").Words} words
 * @property {string} language
 * @property {string} label what the field is for; empty where the page does not say
 * @property {string} accept
 * @property {boolean} multiple
 * @property {boolean} required
 * @property {boolean} disabled
 * @property {number} most
 * @property {boolean} sending the form waits for the work
 */

/** What is seen of one element. */
export class View {
  /** @type {Map<import("./files.js").Item, Row>} */
  #rows = new Map();
  /** @type {Look | null} as drawn last */
  #look = null;
  #handlers;

  /**
   * @param {ShadowRoot} root
   * @param {Handlers} handlers
   */
  constructor(root, handlers) {
    this.#handlers = handlers;
    root.adoptedStyleSheets = [styleSheet()];
    this.field = make("input");
    Object.assign(this.field, { type: "file", hidden: true, tabIndex: -1 });
    this.choose = button("choose", () => this.open());
    this.hint = make("span", "hint");
    this.hint.id = "hint";
    this.needed = make("span", "unseen");
    this.needed.id = "needed";
    this.choose.setAttribute("aria-describedby", "hint needed");
    this.list = make("ul", "list");
    this.list.setAttribute("role", "list"); // a list without bullets is none to Safari
    this.sending = make("span", "sending");
    this.sendNow = button("send-now", handlers.onSendNow);
    this.waiting = make("div", "waiting", [this.sending, this.sendNow]);
    this.live = make("p", "unseen");
    this.live.setAttribute("role", "status");
    const intake = make("div", "intake", [this.choose, this.hint, this.needed, this.field]);
    this.box = make("div", "box", [intake, this.list, this.waiting, this.live]);
    root.append(this.box);
    this.#listen(/** @type {HTMLElement} */ (root.host));
  }

  /** Ask for files. */
  open() {
    if (!this.#look.disabled) this.field.click();
  }

  /** @param {string} text for screen readers */
  announce(text) {
    write(this.live, text);
  }

  /** @param {import("./files.js").Item} item */
  announceItem(item) {
    const { words } = this.#look;
    this.announce(say(words.told, { name: item.file.name, text: describe(item, this.#look) }));
  }

  /** @param {Look} look */
  draw(look) {
    const { items, words, multiple, disabled } = look;
    const wasSending = this.#look?.sending;
    this.#look = look;
    this.field.accept = look.accept;
    this.field.multiple = multiple;
    const first = multiple ? words.chooseMany : words.choose;
    const later = multiple ? words.chooseMore : words.chooseAnother;
    const action = say(items.length ? later : first);
    write(this.choose, action);
    if (look.label) this.choose.setAttribute("aria-label", say(words.ofField, { action, label: look.label }));
    else this.choose.removeAttribute("aria-label");
    write(this.hint, say(multiple ? words.hintMany : words.hint));
    write(this.needed, look.required ? say(words.needed) : "");
    this.choose.disabled = this.field.disabled = disabled;
    this.box.classList.toggle("has-files", items.length > 0);
    this.#drawRows(look);
    this.waiting.hidden = !look.sending;
    write(this.sendNow, say(words.sendNow));
    write(this.sending, look.sending ? say(words.sending, { count: items.filter(({ state }) => state === "working").length }) : "");
    if (look.sending && !wasSending) this.announce(this.sending.textContent);
  }

  /** @param {Look} look */
  #drawRows(look) {
    this.list.hidden = !look.items.length;
    this.list.setAttribute("aria-label", say(look.words.list));
    for (const [item, row] of this.#rows) {
      if (look.items.includes(item)) continue;
      row.element.remove();
      this.#rows.delete(item);
    }
    for (const item of look.items) this.#rowOf(item).draw(look);
  }

  /** @param {import("./files.js").Item} item */
  #rowOf(item) {
    let row = this.#rows.get(item);
    if (row) return row;
    row = new Row(item, { onRemove: () => this.#remove(item), onToggle: () => this.#handlers.onToggle(item) });
    this.#rows.set(item, row);
    this.list.append(row.element);
    return row;
  }

  /**
   * The focus goes on to the next file, not to the top of the page.
   * @param {import("./files.js").Item} item
   */
  #remove(item) {
    const { element } = this.#rows.get(item);
    const next = element.nextElementSibling ?? element.previousElementSibling;
    this.#handlers.onRemove(item);
    const rows = [...this.#rows.values()];
    (rows.find((row) => row.element === next)?.remove ?? this.choose).focus();
  }

  /** @param {HTMLElement} host */
  #listen(host) {
    const { onIntent, onFiles } = this.#handlers;
    this.field.addEventListener("change", () => onFiles(fromField(this.field).files.map(({ file }) => file)));
    for (const kind of ["focusin", "pointerenter"]) host.addEventListener(kind, onIntent);
    host.addEventListener("click", (event) => {
      if (event.composedPath()[0] === host) this.open(); // its label was clicked
    });
    host.addEventListener("dragover", (event) => {
      if (this.#look.disabled || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      this.box.classList.add("over");
      onIntent();
    });
    host.addEventListener("dragleave", (event) => {
      if (!host.contains(/** @type {Node | null} */ (event.relatedTarget))) this.box.classList.remove("over");
    });
    host.addEventListener("drop", (event) => {
      this.box.classList.remove("over");
      this.#take(event, event.dataTransfer);
    });
    host.addEventListener("paste", (event) => this.#take(event, event.clipboardData));
  }

  /**
   * @param {Event} event
   * @param {DataTransfer | null} transfer
   */
  #take(event, transfer) {
    if (this.#look.disabled || !transfer?.types.includes("Files")) return;
    event.preventDefault();
    fromTransfer(transfer).then(
      ({ files }) => this.#handlers.onFiles(files.map(({ file }) => file)),
      (error) => this.announce(error.message),
    );
  }
}
