/// The program that runs the JavaScript code of a step.
///
/// The code becomes the body of an asynchronous function, so that it may await, and what it reads are the function's
/// parameters. The result is looked at when Node ends, so that work nobody awaits counts too.
enum NodeDriver {
  /// Called with the path of the control file and of the result.
  static let text = #"""
    "use strict";
    const fs = require("fs"), path = require("path"), vm = require("vm"), url = require("url");
    const [controlPath, resultPath] = process.argv.slice(2);
    const control = JSON.parse(fs.readFileSync(controlPath, "utf8"));
    const cwd = process.cwd();
    process.argv = [process.execPath, control.path];
    const file = control.file;
    const userRequire = require("module").createRequire(file);

    const load = (name) => {
      if (name.startsWith("./") || name.startsWith("../") || name.startsWith("/"))
        return import(url.pathToFileURL(path.resolve(cwd, name)).href);
      try {
        const found = userRequire.resolve(name);
        return import(path.isAbsolute(found) ? url.pathToFileURL(found).href : found);
      } catch { return import(name); }
    };
    const loader = (vm.constants && vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER) || load;

    const names = Object.keys(control.inputs);
    const parameters = ["require", "module", "exports", "__filename", "__dirname", "__skvm_result", "__skvm_import", ...names];
    const name = control.name;
    const prefix = "(async function (" + parameters.join(", ") + ") { "
      + (name === null ? "" : `__skvm_result(() => typeof ${name} === "undefined" ? undefined : ${name}); `);
    const compile = (text) => new vm.Script(prefix + text + "\n})", {
      filename: control.path, lineOffset: control.line - 1, columnOffset: -prefix.length, importModuleDynamically: loader,
    });

    // A function's body cannot import, so an import becomes a constant, on the lines where it stands.
    const withoutImports = (text) => text.replace(
      /^([ \t]*)import\s+(?:(?:([\w$]+)\s*,?\s*)?(?:\*\s+as\s+([\w$]+)|\{([^}]*)\})?\s*from\s*)?(["'])([^"'\n]+)\5[ \t]*;?/gm,
      (whole, blank, main, all, some, quote, from) => {
        const parts = [];
        if (main) parts.push("default: " + main);
        if (some) for (const part of some.split(",")) {
          const [what, as] = part.trim().split(/\s+as\s+/);
          if (what) parts.push(as ? what + ": " + as : what);
        }
        const lines = "\n".repeat(whole.split("\n").length - 1);
        const value = "await __skvm_import(" + JSON.stringify(from) + ");" + lines;
        if (all) return `${blank}const ${all} = ${value}` + (main ? ` const ${main} = ${all}.default;` : "");
        return parts.length ? `${blank}const {${parts.join(", ")}} = ${value}` : blank + value;
      });

    let script;
    const fail = (error) => {
      let text = error && error.stack ? String(error.stack) : String(error);
      text = text.split("\n").filter((line) => !/^\s+at .*(node:|\bnode-driver\.cjs)/.test(line)).join("\n");
      fs.writeSync(2, text + "\n");
      process.exit(1);
    };
    try {
      try { script = compile(control.code); }
      catch (error) {
        if (!/import statement|import declaration/.test(error.message)) throw error;
        script = compile(withoutImports(control.code));
      }
    } catch (error) { fail(error); }

    let read = null;
    const plain = (value, at, open) => {
      if (value === null || typeof value === "string" || typeof value === "boolean") return value;
      if (typeof value === "number") {
        if (Number.isFinite(value)) return value;
        throw at + " is " + value + ", which JSON cannot express";
      }
      if (typeof value === "bigint") {
        if (BigInt(Number(value)) === value) return Number(value);
        throw at + " is too large a number for JSON";
      }
      if (typeof value !== "object") throw at + " is a " + typeof value + ", which JSON cannot express";
      if (open.includes(value)) throw at + " holds itself";
      open = [...open, value];
      if (typeof value.toJSON === "function" && !Buffer.isBuffer(value)) return plain(value.toJSON(), at, open);
      if (Buffer.isBuffer(value)) return value.toString("utf8");
      if (value instanceof Map) value = Object.fromEntries(value);
      if (value instanceof Set || ArrayBuffer.isView(value)) value = Array.from(value);
      if (Array.isArray(value))
        return value.map((item, index) => item === undefined ? null : plain(item, at + "[" + index + "]", open));
      if (value instanceof Number || value instanceof String || value instanceof Boolean) return value.valueOf();
      const result = {};
      for (const key of Object.keys(value)) {
        const item = value[key];
        if (item === undefined || typeof item === "function") continue;
        Object.defineProperty(result, key, { value: plain(item, at + "." + key, open), enumerable: true });
      }
      return result;
    };
    process.on("exit", (code) => {
      if (code !== 0 || name === null || !read) return;
      let value, out;
      try { value = read(); } catch { value = undefined; }
      if (value === undefined) out = '{"unset":true}';
      else {
        try { out = '{"value":' + JSON.stringify(plain(value, name, [])) + "}"; }
        catch (error) {
          out = JSON.stringify({ unfit: typeof error === "string" ? error : name + ": " + (error && error.message) });
        }
      }
      fs.writeFileSync(resultPath, out);
    });
    process.on("uncaughtException", fail);
    process.on("unhandledRejection", fail);
    const module_ = { exports: {} };
    try {
      script.runInThisContext()(
        userRequire, module_, module_.exports, file, cwd, (reader) => { read = reader; }, load,
        ...names.map((key) => control.inputs[key])).catch(fail);
    } catch (error) { fail(error); }
    """#
}
