// No room left: each refused write is told in words, nothing that was acknowledged is lost, reading goes on, and
// once there is room again everything works. No file of the server may grow beyond a limit, which is what a full
// disk is for those who may not make a small one.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Client } from '../lib/client.mjs';
import { pdf } from '../lib/files.mjs';
import { food } from '../lib/filings.mjs';
import { useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';

const MB = 1 << 20;
/** Above what the database needs here, below the files that are sent. */
const LIMIT = 24 * MB;
const SAYS = /存不下新的内容/;
const SLOT = 'floor_plan';
const holder = useWorld({ fileLimits: true });

async function large(title, bytes) {
  const { buffer } = await pdf(title);
  return Buffer.concat([buffer, Buffer.from('\n%'), Buffer.alloc(bytes, title)]);
}

async function tus(me, method, where, headers = {}, body = undefined) {
  const answer = await fetch(holder.world.url(where), {
    method, body, redirect: 'manual',
    headers: { cookie: me.cookie, origin: holder.world.origin, 'tus-resumable': '1.0.0', ...headers },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function begin(me, draft, content) {
  const answer = await tus(me, 'POST', `/tus/drafts/${draft}/${SLOT}`, { 'upload-length': String(content.length) });
  assert.equal(answer.status, 201, answer.text);
  return answer.headers.get('location');
}

const piece = (me, upload, content, from, to) => tus(me, 'PATCH', upload, {
  'upload-offset': String(from), 'content-type': 'application/offset+octet-stream',
}, content.subarray(from, to));

const offset = async (me, upload) => Number((await tus(me, 'HEAD', upload)).headers.get('upload-offset'));

function full({ status, text }) {
  assert.equal(status, 507, text.slice(0, 500));
  assert.equal(JSON.parse(text).code, 'storage.full');
  assert.match(JSON.parse(text).problem, SAYS);
}

test('[M3] a disk too full for a file: the acknowledged pieces stay and become the file later', { timeout: 180_000 }, async () => {
  const { world } = holder;
  for (const name of ['onevisit.db', 'onevisit.db-wal']) {
    const file = path.join(world.dir, 'data', name);
    if (fs.existsSync(file)) assert.ok(fs.statSync(file).size < LIMIT / 2, `${name} leaves no room for this test`);
  }
  const me = await new Client(world).signIn(phone());
  const draft = await me.draft(food());
  const content = await large('large', LIMIT + 4 * MB);
  world.limitFiles(LIMIT);
  try {
    const upload = await begin(me, draft, content);
    let at = 0;
    for (; at + 4 * MB < content.length; at += 4 * MB) {
      const answer = await piece(me, upload, content, at, at + 4 * MB);
      assert.equal(answer.status, 204, answer.text);
    }
    // The pieces lie there one by one; together they are too much.
    full(await piece(me, upload, content, at, content.length));
    assert.equal(await offset(me, upload), content.length, 'every byte stays acknowledged');
    full(await piece(me, upload, content, content.length, content.length));

    const whole = [{ name: '平面图.pdf', mimeType: 'application/pdf', buffer: await large('plain', LIMIT + MB) }];
    const json = await me.upload(`/uploads/drafts/${draft}/${SLOT}`, whole, { accept: 'application/json' });
    assert.equal(json.status, 507, json.text);
    assert.match(JSON.parse(json.text).problem, SAYS);
    const plain = await me.upload(`/uploads/drafts/${draft}/${SLOT}`, whole);
    assert.match(plain.location, /say=storage\.full/);
    const page = await me.get(plain.location);
    assert.match(page.text, SAYS);
    assert.doesNotMatch(page.text, /\/files\/[0-9a-f-]{36}/, 'nothing half is in the slot');

    world.limitFiles(null);
    const done = await piece(me, upload, content, content.length, content.length);
    assert.equal(done.status, 204, done.text);
    assert.ok((await me.download(done.headers.get('onevisit-file'))).equals(content), 'the same bytes');
    assert.equal(JSON.parse((await me.upload(`/uploads/drafts/${draft}/${SLOT}`, whole, { accept: 'application/json' })).text).files[0].kept, true);
  } finally {
    world.limitFiles(null);
  }
});

test('[D1] a disk without any room: reading goes on, saving says so, and nothing acknowledged is lost', { timeout: 180_000 }, async () => {
  const { world } = holder;
  const me = await new Client(world).signIn(phone());
  const filing = food();
  const draft = await me.draft(filing);
  const shop = `/apply/${draft}/form/shop`;
  await me.post(shop, filing.form.shop);
  const content = await large('half', MB);
  const upload = await begin(me, draft, content);
  assert.equal((await piece(me, upload, content, 0, 500_000)).status, 204);
  world.limitFiles(4096);
  try {
    for (const where of ['/', '/matters/food-licence', shop, `/apply/${draft}/materials`]) assert.equal((await me.get(where)).status, 200, where);
    const saved = await me.post(shop, { ...filing.form.shop, shop_address: '示例县城关镇示范路 9 号' });
    assert.equal(saved.status, 507, saved.text.slice(0, 500));
    assert.match(saved.text, SAYS);
    full(await piece(me, upload, content, 500_000, content.length));
    assert.equal(await offset(me, upload), 500_000);
    const { text } = await me.get(shop);
    assert.ok(text.includes(filing.form.shop.shop_address) && !text.includes('示范路 9 号'), 'what was acknowledged, and no more');

    world.limitFiles(null);
    assert.equal((await me.post(shop, { ...filing.form.shop, shop_address: '示例县城关镇示范路 9 号' })).status, 303);
    const rest = await piece(me, upload, content, 500_000, content.length);
    assert.equal(rest.status, 204, rest.text);
    await world.kill9();
    await world.startServer();
    assert.ok((await me.get(shop)).text.includes('示范路 9 号'));
    assert.ok((await me.download(rest.headers.get('onevisit-file'))).equals(content), 'the same bytes');
  } finally {
    world.limitFiles(null);
  }
});
