// The pages of this folder, built by Vite or served by it:
//
//   npm install eyebright vite @uppy/core @uppy/xhr-upload @uppy/tus filepond dropzone
//   npx eyebright-assets public/eyebright
//   npx vite
//
// Uploads go to `eyebright serve --uploads DIR`; resumable ones need a tus server on port 1080.

/** @type {Record<string, any>} */
export default {
  appType: "mpa",
  server: { proxy: { "/upload": "http://127.0.0.1:8000", "/files": "http://127.0.0.1:1080" } },
  build: {
    target: "esnext",
    rollupOptions: { input: ["form", "fetch", "uppy", "resumable", "filepond", "dropzone"].map((name) => `${name}.html`) },
  },
};
