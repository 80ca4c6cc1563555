// Compile Python files with the Python that will run them: Pyodide, here under Node.
//
//   node build/compile.mjs PYODIDE_FOLDER SOURCES.zip COMPILED.zip PREFIX [MODULE ...]
//
// COMPILED.zip holds `<path>c` for each .py of SOURCES.zip, uncompressed; with MODULEs only for what
// is loaded once these are imported. PREFIX is the folder that tracebacks will name. The .pyc are
// unchecked-hash ones (PEP 552): nothing looks for their source.

import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const COMPILE = `
import importlib, importlib.util, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

def loaded(prefix, modules):
    for module in modules:
        importlib.import_module(module)
    origins = (getattr(m.__spec__, "origin", None) or "" for m in list(sys.modules.values()))
    return {origin.removeprefix(prefix + "/") for origin in origins}

def compile_all(sources, compiled, prefix, modules):
    with zipfile.ZipFile(sources) as given, zipfile.ZipFile(compiled, "w") as made:
        names = sorted(name for name in given.namelist() if name.endswith(".py"))
        wanted = loaded(prefix, modules) if modules else set(names)
        for name in names:
            if name in wanted:
                source = given.read(name)
                code = compile(source, f"{prefix}/{name}", "exec", dont_inherit=True)
                pyc = _code_to_hash_pyc(code, importlib.util.source_hash(source), False)
                made.writestr(zipfile.ZipInfo(name + "c"), pyc)
`;

const [folder, sources, compiled, prefix, ...modules] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: resolve(folder) });
python.FS.writeFile("/sources.zip", await readFile(sources));
python.runPython(COMPILE);
python.globals.get("compile_all")("/sources.zip", "/compiled.zip", prefix, python.toPy(modules));
await writeFile(compiled, python.FS.readFile("/compiled.zip"));
