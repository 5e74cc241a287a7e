// Resumable uploads with clients that others wrote, unmodified: npm's tus-js-client and Python's tuspy.
// Both must be told the origin: they are no browsers, which name it by themselves.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import * as tus from 'tus-js-client';
import { Client } from '../lib/client.mjs';
import { pdf } from '../lib/files.mjs';
import { fill, food } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { ROOT } from '../lib/world.mjs';
import { MaterialsPage } from '../pages/index.mjs';

const world = useWorld();
const SLOT = 'floor_plan';
const PIECE = 200_000;

/** Somebody with a draft. */
async function person() {
  const me = new Client(world.world);
  const draft = await me.draft(food());
  const { cookie } = me;
  return { me, cookie, endpoint: world.world.url(`/tus/drafts/${draft}/${SLOT}`), headers: { Cookie: cookie, Origin: world.world.origin } };
}

/** A right PDF of a few pieces: behind a comment sign anything may stand. */
async function large(title) {
  const { buffer } = await pdf(title);
  return Buffer.concat([buffer, Buffer.from(`\n%${title.length}${'x'.repeat(900_000)}`)]);
}

function run(content, options) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(content, {
      metadata: { filename: '平面图.pdf', filetype: 'application/pdf' },
      chunkSize: PIECE,
      retryDelays: [0, 200, 500],
      onError: reject,
      onSuccess: () => resolve({ upload, url: upload.url }),
      ...options,
    });
    upload.start();
  });
}

const header = async (url, name, headers) => (await fetch(url, { method: 'HEAD', headers: { ...headers, 'Tus-Resumable': '1.0.0' } })).headers.get(name);

async function kept(who, url, content) {
  assert.equal(Number(await header(url, 'upload-offset', who.headers)), content.length);
  const file = await header(url, 'onevisit-file', who.headers);
  assert.ok(file, 'the slot has the file');
  assert.ok((await who.me.download(file)).equals(content), 'the same bytes');
}

test('[M3] tus-js-client: in pieces', async () => {
  const who = await person();
  const content = await large('分段');
  const { url } = await run(content, who);
  await kept(who, url, content);
});

test('[M3] tus-js-client: with the content in the first request', async () => {
  const who = await person();
  const content = await large('一次');
  const { url } = await run(content, { ...who, uploadDataDuringCreation: true });
  await kept(who, url, content);
});

test('[M3] tus-js-client: broken off and gone on with', async () => {
  const who = await person();
  const content = await large('续传');
  const url = await new Promise((resolve, reject) => {
    const upload = new tus.Upload(content, {
      ...who,
      metadata: { filename: '平面图.pdf' },
      chunkSize: PIECE,
      retryDelays: null,
      onError: reject,
      onChunkComplete: () => upload.abort().then(() => resolve(upload.url), reject),
    });
    upload.start();
  });
  const there = Number(await header(url, 'upload-offset', who.headers));
  assert.ok(there >= PIECE && there < content.length, `${there}`);
  let sent = 0;
  await run(content, {
    headers: who.headers,
    uploadUrl: url,
    onBeforeRequest: (request) => { if (request.getMethod() === 'PATCH') sent += 1; },
  });
  assert.equal(sent, Math.ceil((content.length - there) / PIECE), 'nothing is sent twice');
  await kept(who, url, content);
});

test('[M3] tus-js-client: through a killed server', async () => {
  const who = await person();
  const content = await large('断电');
  let killed = false;
  const { url } = await run(content, {
    ...who,
    retryDelays: [500, 1000, 2000, 4000, 8000],
    onChunkComplete: () => {
      if (killed) return;
      killed = true;
      world.world.kill9().then(() => world.world.startServer());
    },
  });
  assert.ok(killed);
  await kept(who, url, content);
});

test('[M3] tus-js-client: two parts beside each other', async () => {
  const who = await person();
  const content = await large('并行');
  const { url } = await run(content, { ...who, parallelUploads: 2 });
  assert.match(await header(url, 'upload-concat', who.headers), /^final;/);
  await kept(who, url, content);
});

test('[M3] tus-js-client: taken back', async () => {
  const who = await person();
  const content = await large('取消');
  const url = await new Promise((resolve, reject) => {
    const upload = new tus.Upload(content, {
      ...who, chunkSize: PIECE, retryDelays: null, onError: reject,
      onChunkComplete: () => upload.abort(true).then(() => resolve(upload.url), reject),
    });
    upload.start();
  });
  const answer = await fetch(url, { method: 'HEAD', headers: { ...who.headers, 'Tus-Resumable': '1.0.0' } });
  assert.ok([404, 410].includes(answer.status), `${answer.status}`);
});

test('[M3] tuspy: in pieces with checksums, gone on with by another client', async () => {
  const who = await person();
  const content = await large('Python');
  const file = path.join(world.world.dir, '平面图.pdf');
  fs.writeFileSync(file, content);
  const python = path.join(ROOT, 'target/.venv/bin/python');
  const args = [path.join(ROOT, 'end2end/tus_client.py'), who.endpoint, who.cookie, world.world.origin, file, '平面图.pdf'];
  const { stdout } = await promisify(execFile)(python, args);
  const { url, resumed, offset } = JSON.parse(stdout);
  assert.deepEqual([resumed, offset], [2 * PIECE, content.length]);
  await kept(who, url, content);
});

const oneBrowser = { only: ({ name }) => name === 'phone-js' };
const paper = async (title) => ({ name: '平面图.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([await large(title), Buffer.alloc(2_000_000, 'y')]) });

journey('[M3] in the browser a broken line is gone on with by itself', world, async ({ visitor, page }) => {
  visitor.allow(/Failed to load|ERR_FAILED|ERR_CONNECTION/);
  await fill(visitor, food());
  const materials = new MaterialsPage(visitor);
  let broken = 0;
  await page.route(/\/tus\/[0-9a-f-]{36}$/, (route) => {
    if (route.request().method() !== 'PATCH' || broken === 2) return route.continue();
    broken += 1;
    return route.abort();
  });
  await materials.upload(SLOT, await paper('断线'));
  assert.equal(broken, 2);
  assert.deepEqual(await materials.files(SLOT), ['平面图.pdf']);
}, oneBrowser);

journey('[M3] after leaving the page the same file goes on', world, async ({ visitor, page }) => {
  visitor.allow(/Failed to load|ERR_FAILED|ERR_CONNECTION/);
  await fill(visitor, food());
  const materials = new MaterialsPage(visitor);
  await materials.hydrated();
  const file = await paper('重来');
  let pieces = 0;
  await page.route(/\/tus\/[0-9a-f-]{36}$/, (route) => {
    if (route.request().method() === 'PATCH') pieces += 1;
    return pieces > 1 ? route.abort() : route.continue();
  });
  page.on('dialog', (dialog) => dialog.accept());
  const card = materials.slot(SLOT);
  await card.locator('input[type=file]').setInputFiles([file]);
  await card.getByText(/秒后从 \d+% 接着传/).first().waitFor();
  await page.unroute(/\/tus\/[0-9a-f-]{36}$/);
  await page.reload();
  await materials.hydrated();
  await materials.says('上次传到', '请再选同一个文件继续');
  let resumed = 0;
  page.on('request', (request) => { if (request.method() === 'PATCH') resumed += 1; });
  await materials.upload(SLOT, file);
  assert.deepEqual(await materials.files(SLOT), ['平面图.pdf']);
  assert.ok(resumed < Math.ceil(file.buffer.length / (1 << 20)), `${resumed} pieces`);
}, oneBrowser);
