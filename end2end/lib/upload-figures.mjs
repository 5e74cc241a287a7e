// Figures of uploads under load: against a bare process that does the same to the bytes, and of two hundred
// people whose lines are slow.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.mjs';
import { phone } from './people.mjs';

const MB = 1 << 20;
const SALE = { slug: 'property-transfer', answers: { scenario: 'sale', house_use: 'dwelling', in_county: 'yes', seized: 'no' } };
const SLOT = 'sale_contract';
const PIECE = 'application/offset+octet-stream';

/** Sends one body of a known length; gives the answer and the seconds until it was there. */
function timed(url, method, headers, body) {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const request = http.request(url, { method, agent: false, headers: { ...headers, 'content-length': body.length } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part)).once('error', reject).once('end', () => resolve({
        status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString(), seconds: (performance.now() - from) / 1000,
      }));
    });
    request.once('error', reject).end(body);
  });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function somebody(world) {
  const me = await new Client(world).signIn(phone());
  const headers = { cookie: me.cookie, origin: world.origin };
  return { draft: await me.draft(SALE), headers, tus: { ...headers, 'tus-resumable': '1.0.0' } };
}

async function begin(world, { draft, tus }, bytes) {
  const made = await timed(world.url(`/tus/drafts/${draft}/${SLOT}`), 'POST', { ...tus, 'upload-length': String(bytes) }, Buffer.alloc(0));
  if (made.status !== 201) throw new Error(`tus: ${made.status} ${made.text}`);
  return made.headers.location;
}

/** The same bytes three times each way; `make(n)` gives a document. Wall time: the client is on the same machine for both. */
export async function againstBare(print, world, make) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'onevisit-bare-'));
  const bare = spawn(path.join(process.env.ONEVISIT_BIN_DIR, 'examples/bare_receive'), [dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = await once(bare.stdout, 'data');
    const times = { bare: [], form: [], tus: [] };
    for (let n = 0; n < 3; n += 1) {
      const document = make(n);
      const boundary = 'onevisit-bench-7d1f';
      const form = Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n`),
        document, Buffer.from(`\r\n--${boundary}--\r\n`),
      ]);
      const plain = await timed(`http://127.0.0.1:${Number(line)}/`, 'POST', {}, form);
      if (plain.status !== 204) throw new Error(`bare: ${plain.status}`);
      times.bare.push(plain.seconds);

      const one = await somebody(world);
      const sent = await timed(world.url(`/uploads/drafts/${one.draft}/${SLOT}`), 'POST', {
        ...one.headers, accept: 'application/json', 'content-type': `multipart/form-data; boundary=${boundary}`,
      }, form);
      if (sent.status !== 200) throw new Error(`upload: ${sent.status} ${sent.text}`);
      times.form.push(sent.seconds);

      const other = await somebody(world);
      const upload = await begin(world, other, document.length);
      const whole = await timed(world.url(upload), 'PATCH', { ...other.tus, 'content-type': PIECE, 'upload-offset': '0' }, document);
      if (whole.status !== 204 || !whole.headers['onevisit-file']) throw new Error(`tus: ${whole.status} ${whole.text}`);
      times.tus.push(whole.seconds);
    }
    const megabytes = Math.round(make(0).length / MB);
    const bareSeconds = median(times.bare);
    print('upload-bare-rate', +(megabytes / bareSeconds).toFixed(1), 'MB/s', { megabytes, note: 'received, hashed, sealed, flushed in one bare process' });
    // At least 0.8 of its throughput.
    print('upload-against-bare', +(median(times.form) / bareSeconds).toFixed(2), 'times the wall time', { megabytes, median_of: 3, note: 'with the pre-check', budget: 1.25 });
    print('upload-tus-against-bare', +(median(times.tus) / bareSeconds).toFixed(2), 'times the wall time', { megabytes, median_of: 3, note: 'each segment is flushed and acknowledged by itself' });
  } finally {
    bare.kill();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** Two hundred people at once, 32 KB a second each: memory does not grow with what they send. */
export async function slowUploads(print, world, memory, count = 200) {
  const bytes = 4 * MB;
  const places = [];
  for (let n = 0; n < count; n += 50) {
    const one = await somebody(world);
    for (let i = 0; i < Math.min(50, count - n); i += 1) places.push({ one, upload: await begin(world, one, bytes) });
  }
  const idle = memory(world.pid(), 'VmRSS');
  const piece = Buffer.alloc(8192, '%');
  const failed = [];
  const lines = places.map(({ one, upload }) => {
    const headers = { ...one.tus, 'content-type': PIECE, 'upload-offset': '0', 'content-length': bytes };
    const request = http.request(world.url(upload), { method: 'PATCH', agent: false, headers });
    request.on('response', (answer) => { answer.resume(); failed.push(answer.statusCode); }).on('error', () => {});
    return request;
  });
  const dripping = setInterval(() => lines.forEach((line) => line.write(piece)), 250);
  try {
    // By then every one of them has filled its buffer once.
    await sleep(12_000);
    const early = memory(world.pid(), 'VmRSS');
    const waits = [];
    for (let n = 0; n < 40; n += 1) {
      const from = performance.now();
      await (await fetch(world.url('/'))).arrayBuffer();
      waits.push(performance.now() - from);
      await sleep(400);
    }
    const late = memory(world.pid(), 'VmRSS');
    if (failed.length) throw new Error(`slow uploads were answered before their end: ${failed.join(' ')}`);
    print('slow-uploads-memory', Math.round((late - idle) / count / 1024), 'KB each', { uploads: count, budget: 512 });
    print('slow-uploads-growth', +((late - early) / MB).toFixed(1), 'MB while they went on', { uploads: count, seconds: 16, budget: 16 });
    print('slow-uploads-page', +median(waits).toFixed(1), 'ms', { uploads: count, note: 'a page beside them, median' });
  } finally {
    clearInterval(dripping);
    lines.forEach((line) => line.destroy());
  }
  await sleep(1500);
  const { one, upload } = places[0];
  const head = await fetch(world.url(upload), { method: 'HEAD', headers: one.tus });
  if (!(Number(head.headers.get('upload-offset')) > 500_000)) throw new Error(`what came is not acknowledged: ${head.headers.get('upload-offset')}`);
}
