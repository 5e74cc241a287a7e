// web.mjs small|quick GLUE SITE: after wasm-bindgen, makes the site folder:
// wasm-opt, CSS in one file, minified scripts, content-hashed names, brotli, manifest.json.
//
// manifest.json: logical name → { path, bytes, br }, e.g.
//   "pkg/app.wasm": { "path": "pkg/app.3f9a….wasm", "bytes": 120345, "br": 45678 }
// Names with a hash never change their content (cache for ever); the rest of public/ keeps its name.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import esbuild from 'esbuild';
import { bundle } from 'lightningcss';

const [kind, glue, site] = process.argv.slice(2);
const small = kind === 'small';
const fresh = `${site}.new`;
const cache = path.join(glue, 'opt');
const manifest = {};
// Of everything in the folder: names the service worker's cache.
const contents = createHash('sha256');
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

// CSS reaches back further than scripts: the WebAssembly that rustc emits (reference types, bulk
// memory) needs the browsers of late 2021 anyway, and older ones use the pages without scripts.
const version = (major, minor = 0) => (major << 16) | (minor << 8);
const browsers = { chrome: version(87), firefox: version(91), safari: version(14), ios_saf: version(14) };
const esTarget = ['chrome96', 'firefox91', 'safari15'];

function put(name, bytes, { hashed }) {
  const ext = path.extname(name);
  const file = hashed ? `${name.slice(0, -ext.length)}.${digest(bytes)}${ext}` : name;
  fs.mkdirSync(path.dirname(path.join(fresh, file)), { recursive: true });
  fs.writeFileSync(path.join(fresh, file), bytes);
  contents.update(file).update(bytes);
  const entry = { path: file, bytes: bytes.length };
  if (/\.(css|html|js|json|svg|txt|wasm|webmanifest|xml)$/.test(ext)) {
    const packed = brotli(bytes);
    if (packed.length < bytes.length) {
      fs.writeFileSync(path.join(fresh, `${file}.br`), packed);
      entry.br = packed.length;
    }
  }
  manifest[name] = entry;
  return file;
}

function brotli(bytes) {
  const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_SIZE_HINT: hint } = zlib.constants;
  return zlib.brotliCompressSync(bytes, { params: { [quality]: small ? 11 : 5, [hint]: bytes.length } });
}

// wasm-opt takes the better part of a minute for a big module: kept by the digest of its input.
function optimised(file, level) {
  const input = fs.readFileSync(file);
  if (!small) return input;
  const kept = path.join(cache, `${digest(input)}${level}.wasm`);
  if (!fs.existsSync(kept)) {
    fs.mkdirSync(cache, { recursive: true });
    execFileSync(process.execPath, [
      path.resolve('node_modules/binaryen/bin/wasm-opt'), file, '-o', `${kept}.part`, level,
      // What rustc emits for wasm32 by default; wasm-opt must be told.
      '--enable-bulk-memory', '--enable-bulk-memory-opt', '--enable-sign-ext', '--enable-mutable-globals',
      '--enable-nontrapping-float-to-int', '--enable-reference-types', '--enable-multivalue',
      '--enable-call-indirect-overlong', '--strip-debug', '--strip-producers', '--strip-target-features',
    ], { stdio: 'inherit' });
    fs.renameSync(`${kept}.part`, kept);
  }
  return fs.readFileSync(kept);
}

function script(entry, extra = {}) {
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [entry], bundle: true, format: 'esm', minify: small, target: esTarget,
    write: false, charset: 'utf8', legalComments: 'none', logLevel: 'warning', ...extra,
  });
  return Buffer.from(outputFiles[0].contents);
}

function* walk(dir, under = '') {
  for (const entry of fs.existsSync(dir) ? fs.readdirSync(dir, { withFileTypes: true }) : []) {
    const name = under ? `${under}/${entry.name}` : entry.name;
    if (entry.isDirectory()) yield* walk(path.join(dir, entry.name), name);
    else if (!entry.name.startsWith('.')) yield name;
  }
}

fs.rmSync(fresh, { recursive: true, force: true });

// The pre-check runs hot over pixels (speed), everything else is paid for by download (size).
for (const [name, level] of [['app', '-Oz'], ['precheck', '-O3']]) {
  put(`pkg/${name}.wasm`, optimised(path.join(glue, `${name}_bg.wasm`), level), { hashed: true });
  put(`pkg/${name}.js`, script(path.join(glue, `${name}.js`)), { hashed: true });
}

if (fs.existsSync('style/main.css')) {
  const { code } = bundle({ filename: 'style/main.css', minify: small, targets: browsers });
  put('pkg/main.css', Buffer.from(code), { hashed: true });
}

// public/js/*.js are our own scripts (module workers, loaders): minified and hashed like the rest.
for (const name of walk('public')) {
  const file = path.join('public', name);
  if (name === 'sw.js') continue;
  if (/^js\/[^/]+\.js$/.test(name)) put(`pkg/${path.basename(name)}`, script(file), { hashed: true });
  else put(name, fs.readFileSync(file), { hashed: false });
}

// Last, for it knows which build it belongs to. At the root, for its place decides what it may serve.
const build = JSON.stringify(contents.copy().digest('hex').slice(0, 16));
put('sw.js', script('public/sw.js', { define: { BUILD: build } }), { hashed: false });

fs.writeFileSync(path.join(fresh, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
fs.rmSync(site, { recursive: true, force: true });
fs.mkdirSync(path.dirname(site), { recursive: true });
fs.renameSync(fresh, site);
for (const [name, { bytes, br }] of Object.entries(manifest).filter(([n]) => n.startsWith('pkg/'))) {
  console.log(`web: ${name.padEnd(24)} ${String(bytes).padStart(9)} bytes ${String(br ?? '').padStart(8)} brotli`);
}
