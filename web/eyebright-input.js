// The address for other people's pages of the element: it stays the same, what it leads to has its version in the name.
export * from "./app/element/index.js";
