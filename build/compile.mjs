// Compile Python files with the Python that will run them: Pyodide, here under Node.
//
//   node build/compile.mjs PYODIDE_FOLDER SOURCES.zip COMPILED.zip PREFIX
//
// COMPILED.zip holds `<path>c` for each .py of SOURCES.zip that the engine imports, uncompressed.
// PREFIX is the folder that tracebacks will name. The .pyc are unchecked-hash ones (PEP 552): nothing
// looks for their source.

import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// What Pyodide, numpy, Pillow and eyebright import; what these import in turn is found by looking.
// A module missing here is only slower: it is compiled at each start.
const IMPORTED = [
  "ast", "asyncio", "base64", "contextlib", "ctypes", "dataclasses", "datetime", "encodings.cp437", "fractions",
  "hashlib", "importlib.metadata", "importlib.resources", "inspect", "json", "logging", "math", "numbers", "pickle",
  "platform", "random", "secrets", "struct", "tarfile", "tempfile", "textwrap", "tomllib", "types", "typing",
  "warnings", "zipfile",
];

const COMPILE = `
import importlib, importlib.util, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

def loaded(prefix):
    origins = (getattr(m.__spec__, "origin", None) or "" for m in list(sys.modules.values()))
    return {origin.removeprefix(prefix + "/") for origin in origins}

def compile_imported(sources, compiled, prefix, imported):
    for name in imported:
        importlib.import_module(name)
    wanted = loaded(prefix)
    with zipfile.ZipFile(sources) as given, zipfile.ZipFile(compiled, "w") as made:
        for name in sorted(given.namelist()):
            if name.endswith(".py") and name in wanted:
                source = given.read(name)
                code = compile(source, f"{prefix}/{name}", "exec", dont_inherit=True)
                pyc = _code_to_hash_pyc(code, importlib.util.source_hash(source), False)
                made.writestr(zipfile.ZipInfo(name + "c"), pyc)
`;

const [folder, sources, compiled, prefix] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: resolve(folder) });
python.FS.writeFile("/sources.zip", await readFile(sources));
python.runPython(COMPILE);
python.globals.get("compile_imported")("/sources.zip", "/compiled.zip", prefix, python.toPy(IMPORTED));
await writeFile(compiled, python.FS.readFile("/compiled.zip"));
