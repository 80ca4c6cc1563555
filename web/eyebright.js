// The address for other people's pages: it stays the same, what it leads to has its version in the name.
export * from "./app/client.js";
