// Elements of the shadow tree.

/**
 * A new element; its class is also its part, by which the page styles it.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [kind]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, kind = "", children = []) {
  const made = document.createElement(tag);
  if (kind) {
    made.className = kind;
    made.setAttribute("part", kind);
  }
  made.append(...children);
  return made;
}

/**
 * @param {string} kind
 * @param {() => void} onClick
 */
export function button(kind, onClick) {
  const made = make("button", kind);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/**
 * Write only what has changed: a screen reader would read it again.
 * @param {Node} node
 * @param {string} text
 */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A label's own words, without those of the field that lies in it.
 * @param {Node} label
 */
export function wordsOf(label) {
  return textOf(label).trim().replace(/\s+/g, " ");
}

/**
 * Nothing is cloned for it: that would make another field.
 * @param {Node} node
 * @returns {string}
 */
function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue;
  return node.nodeName === "EYEBRIGHT-INPUT" ? "" : [...node.childNodes].map(textOf).join("");
}
