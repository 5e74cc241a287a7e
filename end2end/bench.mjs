// Figures of a running instance, one JSON line each: { figure, value, unit, budget?, within?, … }.
// `make bench` runs them on the release build; a figure beyond its budget makes it fail at the end.
import { execFileSync, spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECTS, Visitor, closeBrowser } from './lib/browser.mjs';
import { Client } from './lib/client.mjs';
import { birth } from './lib/filings.mjs';
import { large } from './lib/large.mjs';
import { notifications } from './lib/notice-figures.mjs';
import { phone } from './lib/people.mjs';
import { againstBare, slowUploads } from './lib/upload-figures.mjs';
import { World, freePort } from './lib/world.mjs';

const KB = 1024;
const over = [];

function print(figure, value, unit, more = {}) {
  const line = { figure, value, unit, ...more };
  if (more.budget !== undefined) {
    line.within = value <= more.budget;
    if (!line.within) over.push(figure);
  }
  console.log(JSON.stringify(line));
}

/** CPU seconds that processes have used so far (user and system, clock tick 10 ms). */
function cpuSeconds(...pids) {
  return pids.reduce((all, pid) => {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return all + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
}

function memory(pid, key) {
  return Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${key}:\\s+(\\d+) kB`))[1]) * KB;
}

/** Forgets the highest memory so far (Linux: clear_refs 5). */
const resetPeak = (pid) => fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');

/** Statements that the server ran since its start. */
async function statements(world) {
  const text = await (await fetch(world.url('/metrics'))).text();
  return Number(text.match(/^onevisit_sql_statements_total (\d+)/m)[1]);
}

/** From the start of the process to the first successful /readyz, over a data folder that exists. */
async function startUp(world) {
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    await world.kill9();
    const from = performance.now();
    await world.startServer();
    times.push(performance.now() - from);
  }
  print('start-up', Math.round(times.sort((a, b) => a - b)[2]), 'ms', { median_of: 5, note: 'polled every 25 ms', budget: 1000 });
}

/** Everything that a cold visit of a page transfers, headers included, by type. */
async function firstPage(world, name, where, budget) {
  const visitor = await Visitor.open(world, PROJECTS.find((project) => project.name === 'phone-js') ?? PROJECTS[0]);
  const cdp = await visitor.context.newCDPSession(visitor.page);
  await cdp.send('Network.enable');
  const types = {};
  const sizes = {};
  cdp.on('Network.responseReceived', ({ requestId, type }) => { types[requestId] = type; });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = types[requestId] ?? 'Other';
    sizes[type] = (sizes[type] ?? 0) + encodedDataLength;
  });
  await visitor.page.goto(where, { waitUntil: 'networkidle' });
  for (const [type, bytes] of Object.entries(sizes)) print('first-page', bytes, 'bytes', { page: name, type });
  print('first-page', Object.values(sizes).reduce((a, b) => a + b, 0), 'bytes', { page: name, type: 'all', budget });
  await visitor.context.close();
}

/** What the islands cost at most: no applicant page loads more script than this. */
function scripts() {
  const manifest = JSON.parse(fs.readFileSync(path.join(process.env.ONEVISIT_SITE, 'manifest.json'), 'utf8'));
  const packed = (names) => Object.entries(manifest)
    .filter(([name]) => names.includes(name.replace(/^pkg\//, '')))
    .reduce((all, [, asset]) => all + asset.br, 0);
  print('page-scripts', packed(['boot.js', 'app.js', 'app.wasm']), 'bytes', { note: 'brotli; all islands of any page', budget: 160 * KB });
  print('worker', packed(['precheck-worker.js', 'precheck.js', 'precheck.wasm']), 'bytes', { note: 'brotli; pre-check, on demand', budget: 300 * KB });
}

/** Requests over kept connections, so many at once. `make` gives the options of request `i`. */
async function send(count, atOnce, make) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
  const seen = {};
  let next = 0;
  const one = ({ url, body, ...options }) => new Promise((resolve, reject) => {
    const request = http.request(url, { agent, ...options }, (answer) => {
      seen[answer.statusCode] = (seen[answer.statusCode] ?? 0) + 1;
      answer.on('data', () => {}).on('end', () => resolve(answer));
    });
    request.on('error', reject).end(body);
  });
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < count) {
      const i = next;
      next += 1;
      await one(make(i));
    }
  }));
  agent.destroy();
  return seen;
}

/** A fixed count of requests after a warm-up; CPU, since wall times swing on shared machines. */
async function load(world, figure, make, { count = 3000, warm = 300, atOnce = 16, expect = 200, pids = [world.pid()] } = {}) {
  await send(warm, atOnce, make);
  const asked = await statements(world);
  const [cpu, wall] = [cpuSeconds(...pids), performance.now()];
  const seen = await send(count, atOnce, make);
  const seconds = (performance.now() - wall) / 1000;
  const used = ((cpuSeconds(...pids) - cpu) / count) * 1000;
  if (seen[expect] !== count) throw new Error(`${figure}: ${JSON.stringify(seen)}`);
  const more = { requests: count, warm_up: warm, at_once: atOnce };
  print(`${figure}-cpu`, +used.toFixed(3), 's per 1000 requests', more);
  print(`${figure}-rate`, Math.round(count / seconds), 'requests/s', { ...more, note: 'client on the same machine' });
  return { cpu: used, statements: (await statements(world) - asked) / count };
}

const BR = { 'accept-encoding': 'br', accept: 'text/html' };
const page = (world, where, headers = {}) => () => ({ url: world.url(where), headers: { ...BR, ...headers } });
const cookies = (client) => ({ cookie: [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ') });

/** nginx with one worker sends the same bytes from a file: CPU seconds per 1,000 requests. */
async function nginx(world, where) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'onevisit-nginx-'));
  const port = await freePort();
  const answer = await new Promise((resolve, reject) => {
    http.get(world.url(where), { headers: BR }, (got) => {
      const parts = [];
      got.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
    }).on('error', reject);
  });
  fs.writeFileSync(path.join(dir, 'page'), answer);
  fs.chmodSync(dir, 0o755);
  fs.writeFileSync(path.join(dir, 'nginx.conf'), `daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 256; }
http { access_log ${dir}/access.log; sendfile on; keepalive_requests 100000;
  client_body_temp_path ${dir}/a; proxy_temp_path ${dir}/b; fastcgi_temp_path ${dir}/c; uwsgi_temp_path ${dir}/d; scgi_temp_path ${dir}/e;
  server { listen 127.0.0.1:${port}; root ${dir}; location = /page { types {} default_type "text/html; charset=utf-8"; add_header content-encoding br; add_header cache-control no-cache; } } }`);
  const child = spawn('nginx', ['-c', path.join(dir, 'nginx.conf'), '-p', dir], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/page`;
  while (!(await fetch(url).catch(() => null))?.ok) await sleep(50);
  const workers = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).trim().split('\n').map(Number);
  const make = () => ({ url, headers: BR });
  await send(3000, 16, make);
  const before = cpuSeconds(...workers);
  await send(20_000, 16, make);
  const used = (cpuSeconds(...workers) - before) / 20;
  child.kill();
  await new Promise((resolve) => child.once('exit', resolve));
  fs.rmSync(dir, { recursive: true });
  return used;
}

async function publicPages(world) {
  for (const [figure, where] of [['home', '/'], ['guide', '/matters/property-transfer']]) {
    const own = await load(world, figure, page(world, where), { count: 20_000, warm: 2000 });
    const theirs = await nginx(world, where);
    print(`${figure}-nginx-cpu`, +theirs.toFixed(3), 's per 1000 requests', { note: 'nginx sends the same bytes' });
    print(`${figure}-against-nginx`, +(own.cpu / theirs).toFixed(2), 'times the CPU', { budget: 4 });
  }
  const person = await new Client(world).signIn(phone());
  const own = await load(world, 'guide-signed-in', page(world, '/matters/property-transfer', cookies(person)));
  print('guide-statements', +own.statements.toFixed(2), 'statements per page', { note: 'signed in; 0 for everybody else', budget: 2 });
}

/** One section of the form, read and saved, each save checked and durable. */
async function forms(world) {
  const person = await new Client(world).signIn(phone());
  const filing = birth();
  const draft = await person.draft(filing);
  const where = `/apply/${draft}/form/child`;
  await person.post(where, filing.form.child);
  const got = await load(world, 'form-get', page(world, where, cookies(person)));
  print('form-get-statements', +got.statements.toFixed(2), 'statements per page');
  const post = (i) => ({
    url: world.url(where),
    method: 'POST',
    headers: { ...BR, ...cookies(person), origin: world.origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...filing.form.child, child_birth_place: `示例县第${i}人民医院` }).toString(),
  });
  const posted = await load(world, 'form-post', post, { expect: 303 });
  print('form-post-statements', +posted.statements.toFixed(2), 'statements per request');
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'onevisit-bare-'));
  const bare = Number(execFileSync(path.join(process.env.ONEVISIT_BIN_DIR, 'examples/bare_write'), [dir, '3000'], { encoding: 'utf8' }));
  fs.rmSync(dir, { recursive: true });
  print('form-post-bare-cpu', +bare.toFixed(3), 's per 1000 transactions', { note: 'the same transaction in bare sqlx' });
  print('form-post-against-bare', +(posted.cpu / bare).toFixed(2), 'times the CPU', { budget: 3 });
}

/** Complete, signed drafts of as many people; only the submission is measured, its jobs apart. */
async function submissions(world, count = 60) {
  const ready = [];
  for (let i = 0; i < count; i += 1) {
    const person = await new Client(world).signIn(phone());
    const filing = birth(phone());
    const draft = await person.draft(filing);
    for (const [section, values] of Object.entries(filing.form)) await person.post(`/apply/${draft}/form/${section}`, values);
    for (const [material, list] of Object.entries(filing.files)) {
      await person.upload(`/uploads/drafts/${draft}/${material}`, await Promise.all(list.map((make) => make())));
    }
    await person.post(`/apply/${draft}/sign`, { agreed: 'yes', name: filing.signer, png: '' });
    ready.push({ draft, headers: { ...BR, ...cookies(person), origin: world.origin, 'content-length': 0 } });
  }
  await sleep(3000);
  const asked = await statements(world);
  const [cpu, wall] = [cpuSeconds(world.pid()), performance.now()];
  const seen = await send(count, 8, (i) => ({ url: world.url(`/apply/${ready[i].draft}/submit`), method: 'POST', headers: ready[i].headers }));
  const seconds = (performance.now() - wall) / 1000;
  if (seen[303] !== count) throw new Error(`submit: ${JSON.stringify(seen)}`);
  const more = { requests: count, at_once: 8, note: 'case, events, receipt as PDF and message job in one transaction' };
  print('submit-cpu', +(((cpuSeconds(world.pid()) - cpu) / count) * 1000).toFixed(1), 's per 1000 requests', more);
  print('submit-rate', +(count / seconds).toFixed(1), 'requests/s', more);
  print('submit-statements', +((await statements(world) - asked) / count).toFixed(1), 'statements per request');
}

/** A PDF of one page whose size is a picture that is never drawn. */
function bigPdf(bytes, seed) {
  const noise = crypto.createHash('sha256').update(String(seed)).digest();
  const picture = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += noise.length) noise.copy(picture, at);
  const head = Buffer.from(`%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >> endobj
4 0 obj << /Type /XObject /Subtype /Image /Length ${bytes} >>
stream
`);
  return Buffer.concat([head, picture, Buffer.from('\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n')]);
}

/** One file after the other: bytes per second, and the memory that a file of each size takes at its peak. */
async function uploads(world) {
  const person = await new Client(world).signIn(phone());
  const draft = await person.draft({ slug: 'property-transfer', answers: { scenario: 'sale', house_use: 'dwelling', in_county: 'yes', seized: 'no' } });
  const peaks = [];
  for (const megabytes of [10, 100]) {
    const buffer = bigPdf(megabytes * KB * KB - 4096, megabytes);
    await world.restart();
    await fetch(world.url('/'));
    const before = memory(world.pid(), 'VmRSS');
    resetPeak(world.pid());
    const [cpu, wall] = [cpuSeconds(world.pid()), performance.now()];
    const answer = await person.upload(`/uploads/drafts/${draft}/sale_contract`, [{ name: '合同.pdf', mimeType: 'application/pdf', buffer }], { accept: 'application/json' });
    const seconds = (performance.now() - wall) / 1000;
    const file = JSON.parse(answer.text).files?.[0];
    if (!file?.kept || file.must_fix) throw new Error(`upload: ${answer.status} ${answer.text}`);
    const grown = memory(world.pid(), 'VmHWM') - before;
    peaks.push(grown);
    const more = { megabytes, note: 'received, sealed, flushed, checked' };
    print('upload-rate', +(megabytes / seconds).toFixed(1), 'MB/s', more);
    print('upload-cpu', +(cpuSeconds(world.pid()) - cpu).toFixed(2), 's', more);
    print('upload-peak-memory', grown, 'bytes over idle', { megabytes });
  }
  print('upload-memory-growth', +((peaks[1] - peaks[0]) / KB / KB).toFixed(1), 'MB from 10 to 100 MB', { budget: 4 });
}

const world = await World.start();
try {
  await startUp(world);
  await sleep(1500);
  print('idle-memory', memory(world.pid(), 'VmRSS'), 'bytes', { budget: 64 * KB * KB });
  await firstPage(world, 'home', '/', 100 * KB);
  await firstPage(world, 'guide', '/matters/food-licence', 100 * KB);
  scripts();
  await publicPages(world);
  await forms(world);
  await submissions(world);
  await notifications(print, world);
  print('memory-after-load', memory(world.pid(), 'VmRSS'), 'bytes', { peak: memory(world.pid(), 'VmHWM') });
  await uploads(world);
  await againstBare(print, world, (n) => bigPdf(100 * KB * KB - 4096, `bare ${n}`));
  await world.restart();
  await slowUploads(print, world, memory);
} finally {
  await closeBrowser();
  await world.stop();
}
await large(print, memory);
if (over.length) {
  console.error(`beyond the budget: ${over.join(', ')}`);
  process.exitCode = 1;
}
