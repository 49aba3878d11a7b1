// Makes the site from a compiled wasm file: node scripts/site.mjs WASM FOLDER
//
//   pkg/galley.HASH.wasm|js|css   the browser code and the style; the hash is of the content, so they may be cached for ever
//   everything in public/         under its own name
//   *.br, *.gz                    compressed ahead of time, where that makes a file smaller
//   manifest.json                 the plain names of the three files above with their paths
//
// Nothing happens when nothing changed. The new folder replaces the old one whole, so no half-made site is ever seen.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { bundle } from "lightningcss";

const root = path.dirname(import.meta.dirname);
const [wasm, site] = process.argv.slice(2);
if (!wasm || !site) throw new Error("usage: node scripts/site.mjs WASM FOLDER");
const fast = process.env.GALLEY_SITE_FAST === "1";

const hash = (...parts) => parts.reduce((all, part) => all.update(part), createHash("sha256")).digest("hex");
const filesBelow = (folder) =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
const kilobytes = (bytes) => `${Math.ceil(bytes / 1000)} kB`;

/** What the site is made from, as one hash. */
function fingerprint() {
  const inputs = [
    wasm,
    ...filesBelow(path.join(root, "style")),
    ...filesBelow(path.join(root, "public")),
    path.join(root, "scripts/package-lock.json"),
    import.meta.filename,
  ];
  return hash(String(fast), ...inputs.flatMap((file) => [path.relative(root, file), "\0", fs.readFileSync(file)]));
}

/** The names that a wasm module imports and exports; throws when it is no valid module. */
function surface(file) {
  const module = new WebAssembly.Module(fs.readFileSync(file));
  const names = (list) => new Set(list.map((item) => `${item.module ?? ""} ${item.name} ${item.kind}`));
  return {
    imports: names(WebAssembly.Module.imports(module)),
    exports: names(WebAssembly.Module.exports(module)),
  };
}

/** wasm-bindgen makes the module and its script; both get content-addressed names. */
function browserCode(work, pkg) {
  execFileSync(
    "wasm-bindgen",
    [wasm, "--target", "web", "--no-typescript", "--out-dir", work, "--out-name", "galley"],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  let module = path.join(work, "galley_bg.wasm");
  if (!fast) module = shrunk(module, path.join(work, "galley_opt.wasm"));
  const wasmName = place(pkg, "wasm", fs.readFileSync(module));

  let script = fs.readFileSync(path.join(work, "galley.js"), "utf8");
  script = script.replaceAll("galley_bg.wasm", wasmName);
  // Scripts that crates bring along are imported by their relative path, so the folder carries the hash.
  const snippets = path.join(work, "snippets");
  if (fs.existsSync(snippets)) {
    const folder = `snippets.${hash(...filesBelow(snippets).map((file) => fs.readFileSync(file))).slice(0, 12)}`;
    fs.cpSync(snippets, path.join(pkg, folder), { recursive: true });
    script = script.replaceAll("./snippets/", `./${folder}/`);
  }
  return { "galley.js": place(pkg, "js", script), "galley.wasm": wasmName };
}

/**
 * The module made smaller. The features are those that rustc and wasm-bindgen use; a wasm-opt that lacks one can write a
 * module that looks well and never starts, so the result must still export the same names and import no others.
 */
function shrunk(from, to) {
  const optimiser = path.join(root, "scripts/node_modules/binaryen/bin/wasm-opt");
  const features = [
    "bulk-memory",
    "bulk-memory-opt",
    "call-indirect-overlong",
    "extended-const",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
  ];
  execFileSync(process.execPath, [optimiser, from, "-o", to, "-Oz", ...features.map((name) => `--enable-${name}`)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [before, after] = [surface(from), surface(to)];
  const kept =
    before.exports.size === after.exports.size && [...after.exports].every((name) => before.exports.has(name));
  if (!kept || ![...after.imports].every((name) => before.imports.has(name)))
    throw new Error("wasm-opt changed what the browser code imports or exports");
  return to;
}

/** The style with its imports inside, for browsers that know nesting and light-dark() (from May 2024 on). */
function style(pkg) {
  const version = (major, minor = 0) => (major << 16) | (minor << 8);
  const { code, warnings } = bundle({
    filename: path.join(root, "style/main.css"),
    minify: true,
    targets: {
      chrome: version(123),
      firefox: version(120),
      safari: version(17, 5),
      ios_saf: version(17, 5),
    },
  });
  if (warnings.length > 0)
    throw new Error(warnings.map(({ message, loc }) => `${loc?.filename}:${loc?.line}: ${message}`).join("\n"));
  return { "galley.css": place(pkg, "css", code) };
}

function place(pkg, ending, content) {
  const name = `galley.${hash(content).slice(0, 12)}.${ending}`;
  fs.writeFileSync(path.join(pkg, name), content);
  return name;
}

async function compress(file) {
  if (/\.(png|jpe?g|webp|avif|woff2|gz|br)$/.test(file)) return;
  const plain = fs.readFileSync(file);
  const quality = fast ? 4 : zlib.constants.BROTLI_MAX_QUALITY;
  const forms = {
    br: promisify(zlib.brotliCompress)(plain, {
      params: {
        [zlib.constants.BROTLI_PARAM_QUALITY]: quality,
        [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      },
    }),
    gz: promisify(zlib.gzip)(plain, { level: fast ? 6 : 9 }),
  };
  for (const [suffix, form] of Object.entries(forms)) {
    const bytes = await form;
    if (bytes.length < plain.length) fs.writeFileSync(`${file}.${suffix}`, bytes);
  }
}

const inputs = fingerprint();
const stamp = `${site}.stamp`;
if (
  fs.existsSync(path.join(site, "manifest.json")) &&
  fs.existsSync(stamp) &&
  fs.readFileSync(stamp, "utf8") === inputs
) {
  console.log("  Making the site: nothing changed");
  process.exit();
}

const started = Date.now();
console.log(`  Making the site${fast ? " (fast: larger files)" : ""} ...`);
fs.mkdirSync(path.dirname(site), { recursive: true });
const work = fs.mkdtempSync(`${site}.work-`);
const next = fs.mkdtempSync(`${site}.next-`);
try {
  fs.cpSync(path.join(root, "public"), next, { recursive: true });
  const pkg = path.join(next, "pkg");
  fs.mkdirSync(pkg);
  const names = { ...browserCode(work, pkg), ...style(pkg) };
  await Promise.all(filesBelow(next).map(compress));
  const manifest = Object.fromEntries(Object.entries(names).map(([name, file]) => [name, `pkg/${file}`]));
  fs.writeFileSync(path.join(next, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

  fs.rmSync(stamp, { force: true });
  fs.rmSync(site, { recursive: true, force: true });
  fs.chmodSync(next, 0o755);
  fs.renameSync(next, site);
  fs.writeFileSync(stamp, inputs);

  const size = (name) => kilobytes(fs.statSync(`${path.join(site, manifest[name])}.br`).size);
  const sizes = Object.keys(manifest).map((name) => `${name} ${size(name)}`);
  console.log(
    `  Making the site: done in ${Math.round((Date.now() - started) / 1000)} s (as sent: ${sizes.join(", ")})`,
  );
} finally {
  for (const folder of [work, next]) fs.rmSync(folder, { recursive: true, force: true });
}
