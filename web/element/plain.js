// The plain <input type="file"> that an author puts into the element for browsers without JavaScript.

/** Attributes that the element takes from it, where it has none of its own. */
const SHARED = ["name", "accept", "multiple", "required"];

/**
 * Take over what the plain field says and the files that were chosen before this script was there, and keep it out of the
 * form. It may come only after the element, while the page is still being read.
 * @param {HTMLElement} element
 * @param {(files: FileList) => void} onFiles
 */
export function adopt(element, onFiles) {
  const take = () => {
    for (const field of element.querySelectorAll("input")) if (field.type === "file" && !field.disabled) takeOver(field, element, onFiles);
  };
  take();
  if (document.readyState !== "loading") return;
  const observer = new MutationObserver(take);
  observer.observe(element, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => {
    take();
    observer.disconnect();
  }, { once: true });
}

/**
 * @param {HTMLInputElement} field
 * @param {HTMLElement} element
 * @param {(files: FileList) => void} onFiles
 */
function takeOver(field, element, onFiles) {
  for (const name of SHARED) {
    if (field.hasAttribute(name) && !element.hasAttribute(name)) element.setAttribute(name, field.getAttribute(name));
  }
  if (field.files.length) onFiles(field.files);
  field.disabled = true;
}
