// What became of a picture, as a line of the page's list.

const kilobytes = (bytes) => `${Math.ceil(bytes / 1000).toLocaleString()} kB`;

/** @param {import("eyebright/upload").Saving | string} what */
export function tell(what) {
  const line = document.createElement("li");
  line.textContent = typeof what === "string" ? what : sentence(what);
  document.getElementById("told").append(line);
}

/** @param {import("eyebright/upload").Saving} saving */
function sentence({ original_name: name, original_bytes: before, bytes, fallback, kept_original: kept }) {
  if (fallback) return `${name}: sent as it is (${fallback.text})`;
  if (kept) return `${name}: sent as it is, ${kilobytes(bytes)}, as nothing smaller looks the same`;
  return `${name}: ${kilobytes(before)} → ${kilobytes(bytes)}, looks the same`;
}
