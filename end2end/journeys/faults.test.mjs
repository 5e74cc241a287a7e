// A line that drops, delays, truncates, reorders and duplicates: at the end there is exactly one case, every
// acknowledged byte lies there and nothing that was typed is lost. FAULT_SEED repeats a run, FAULT_ROUNDS sets
// how long it is.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tus from 'tus-js-client';
import { rounds } from '../lib/chance.mjs';
import { Client } from '../lib/client.mjs';
import { pdf, photo } from '../lib/files.mjs';
import { birth, fill, food } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';
import { FAULTS } from '../lib/proxy.mjs';
import { FilePage, FormPage, GuidePage, MaterialsPage, QuestionPage } from '../pages/index.mjs';

const holder = useWorld({ proxy: true });
/** Of ten requests so many suffer. */
const SHARE = 0.4;
const sha = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/** The line is bad from here on: for these requests, with these faults, never more than three after each other. */
function worsen({ of = () => true, faults = FAULTS, most = Infinity } = {}) {
  const { proxy, chance } = holder.world;
  let running = 0;
  let left = most;
  proxy.plan = (request) => {
    const hit = of(request) && left > 0 && running < 3 && chance.next() < SHARE;
    running = hit ? running + 1 : 0;
    if (!hit) return null;
    left -= 1;
    return chance.pick(faults);
  };
}

async function mend() {
  holder.world.proxy.plan = null;
  await holder.world.proxy.quiet();
}

// One that fails leaves no bad line to the next.
afterEach(mend);

/** Does it again until it is acknowledged, as people do. The server never breaks over it. */
async function again(what, ask, isDone) {
  let last = null;
  for (let tries = 0; tries < 60; tries += 1) {
    last = await ask().catch((error) => ({ status: 0, text: String(error.cause ?? error) }));
    if (last.status && isDone(last)) return last;
    assert.ok(last.status < 500, `${what}: ${last.status} ${last.text.slice(0, 500)}`);
    await sleep(20);
  }
  return assert.fail(`${what} is never acknowledged: ${last.status} ${last.location ?? ''} ${last.text.slice(0, 300)}`);
}

const taken = ({ status, location }) => status === 303 && /^\/apply\//.test(location) && !location.includes('say=');

/** Longest silence of one request of npm's client, in ms. */
const SILENCE = 5000;

/**
 * By npm's client, unmodified but for its patience; the mark lets a lost answer to the creation do no harm.
 * Under Node it waits without end for the rest of an answer that breaks off, as nobody does who looks on:
 * after a silence the same upload is stopped and goes on.
 */
function byTus(me, draft, material, { name, mimeType, buffer }) {
  return new Promise((resolve, reject) => {
    let silence;
    const upload = new tus.Upload(buffer, {
      endpoint: holder.world.url(`/tus/drafts/${draft}/${material}`),
      headers: { Cookie: me.cookie, Origin: holder.world.origin },
      metadata: { filename: name, filetype: mimeType, mark: sha(buffer) },
      chunkSize: 150_000,
      retryDelays: Array.from({ length: 40 }, () => 30),
      onBeforeRequest: () => {
        clearTimeout(silence);
        silence = setTimeout(() => upload.abort().then(() => upload.start(), reject), SILENCE);
      },
      onError: (error) => {
        clearTimeout(silence);
        reject(error);
      },
      onSuccess: () => {
        clearTimeout(silence);
        resolve();
      },
    });
    upload.start();
  });
}

/** Puts a whole application through the bad line; gives what was acknowledged. */
async function through(me, filing) {
  const begun = await again('begin', () => me.post(`/matters/${filing.slug}/start`), taken);
  const draft = begun.location.match(/^\/apply\/([0-9a-f-]{36})/)[1];
  for (const [question, value] of Object.entries(filing.answers)) {
    await again(question, () => me.post(`/apply/${draft}/questions/${question}`, { [question]: value }), taken);
  }
  for (const [section, values] of Object.entries(filing.form)) {
    await again(section, () => me.post(`/apply/${draft}/form/${section}`, values), taken);
  }
  const digests = [];
  for (const [index, [material, list]] of Object.entries(filing.files).entries()) {
    for (const make of list) {
      const file = await make();
      // One file the resumable way, one by a plain form.
      if (index % 2 === 0) await byTus(me, draft, material, file);
      else await again(material, () => me.upload(`/uploads/drafts/${draft}/${material}`, [file]), taken);
      digests.push(sha(file.buffer));
    }
  }
  return { draft, digests };
}

/** Ids of one kind that a page links to. */
const idsOn = (text, kind) => [...new Set([...text.matchAll(new RegExp(`/${kind}/([0-9a-f-]{36})`, 'g'))].map((found) => found[1]))];

test('[M9] over a bad line: one case, every acknowledged byte, nothing typed lost', { timeout: 900_000 }, async () => {
  const { world } = holder;
  for (let round = 0; round < rounds(3, 60); round += 1) {
    const me = await new Client(world).signIn(phone());
    const filing = round % 2 ? birth() : food();
    // Another round, other bytes; of several pieces.
    const { name, mimeType, buffer } = await pdf(`第${round}轮`);
    const large = { name, mimeType, buffer: Buffer.concat([buffer, Buffer.from('\n%'), Buffer.from(world.chance.bytes(300_000).toString('hex'))]) };
    filing.files[Object.keys(filing.files)[0]] = [() => large];

    worsen();
    const { draft, digests } = await through(me, filing);
    await mend();
    for (const [section, values] of Object.entries(filing.form)) {
      const { text } = await me.get(`/apply/${draft}/form/${section}`);
      for (const [name, value] of Object.entries(values)) assert.ok(text.includes(value), `round ${round}: ${section}.${name} is lost`);
    }
    const files = idsOn((await me.get(`/apply/${draft}/materials`)).text, 'files');
    assert.equal(idsOn((await me.get('/cases')).text, 'apply').length, 1, `round ${round}: one draft`);

    worsen();
    await again('sign', () => me.post(`/apply/${draft}/sign`, { agreed: 'yes', name: filing.signer, png: '' }), taken);
    const submitted = await again('submit', () => me.post(`/apply/${draft}/submit`), ({ status, location }) => status === 303 && /^\/cases\//.test(location));
    await mend();
    const number = submitted.location.match(/^\/cases\/([0-9a-f-]{36})/)[1];
    assert.deepEqual(idsOn((await me.get('/cases')).text, 'cases'), [number], `round ${round}: one case`);
    assert.equal((await me.post(`/apply/${draft}/submit`)).location, submitted.location, 'pressing once more leads to it');

    const stored = await Promise.all(files.map(async (id) => sha(await me.download(id))));
    assert.deepEqual(stored.sort(), digests.sort(), `round ${round}: the bytes that were acknowledged, each once`);
  }
  console.log('faults done:', JSON.stringify(world.proxy.done));
  assert.ok(world.proxy.total > 2 * rounds(3, 60), 'the line was bad at all');
});

const oneBrowser = { only: ({ name }) => name === 'phone-js', timeout: 600_000 };
/** What a browser says when its line breaks. */
const NOISE = /Failed to load|ERR_|net::/;

journey('[D1] over a bad line what is typed is saved by itself', holder, async ({ visitor, page }) => {
  visitor.allow(NOISE);
  for (let round = 0; round < rounds(2, 20); round += 1) {
    const { slug, answers } = birth();
    await (await new GuidePage(visitor).visit(slug)).start();
    await (await new QuestionPage(visitor).answer(answers)).toForm();
    const form = new FormPage(visitor);
    await form.hydrated();
    const typed = { child_name: `王小满${'甲乙丙丁戊'[round % 5]}`, child_birth_place: `示例县第${round + 1}人民医院`, birth_certificate_no: `Z5300000${10 + round}` };
    worsen({ of: ({ url }) => url.startsWith('/api/save_answers') });
    for (const [name, value] of Object.entries(typed)) {
      await form.field(name).fill('');
      await form.field(name).pressSequentially(value, { delay: 40 });
      await page.waitForTimeout(900);
    }
    await page.waitForTimeout(1200);
    await page.locator('[data-saved="saved"]').waitFor({ timeout: 90_000 });
    await page.waitForFunction(() => !localStorage.getItem('ov-unsent'), null, { timeout: 90_000 });
    await mend();
    await page.reload();
    assert.deepEqual(await form.values(Object.keys(typed)), typed, `round ${round}`);
    await visitor.context.clearCookies();
  }
}, oneBrowser);

journey('[M3] over a bad line the browser brings every byte of a file', holder, async ({ visitor, world }) => {
  visitor.allow(NOISE);
  await fill(visitor, food());
  const materials = new MaterialsPage(visitor);
  for (let round = 0; round < rounds(1, 10); round += 1) {
    const { buffer } = await pdf(`坏线路 ${round}`);
    const file = { name: '平面图.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([buffer, Buffer.from('\n%'), Buffer.from(world.chance.bytes(1_200_000).toString('hex'))]) };
    worsen({ of: ({ url }) => url.startsWith('/tus/'), most: 4 });
    await materials.upload('floor_plan', file);
    await mend();
    assert.deepEqual(await materials.files('floor_plan'), ['平面图.pdf'], `round ${round}: one file`);
    const where = materials.path;
    const { bytes } = await materials.download(await (await FilePage.from(materials, '平面图.pdf')).link());
    assert.equal(sha(bytes), sha(file.buffer), `round ${round}: the same bytes`);
    await materials.open(where);
    await materials.remove('floor_plan', '平面图.pdf');
  }
}, oneBrowser);

journey('[M3] one file that is refused does not block the others', holder, async ({ visitor, page }) => {
  visitor.allow(NOISE);
  await fill(visitor, birth());
  const materials = new MaterialsPage(visitor);
  const [one, two] = [await photo('户口簿首页'), await photo('户口簿母亲页')];
  assert.notEqual(one.buffer.length, two.buffer.length);
  await page.route(/\/tus\/drafts\/.*household_register$/, (route) => {
    if (Number(route.request().headers()['upload-length']) !== one.buffer.length) return route.continue();
    return route.fulfill({ status: 422, contentType: 'application/json', body: JSON.stringify({ code: 'upload.metadata', problem: '这个文件没有收下' }) });
  });
  await materials.hydrated();
  const card = materials.slot('household_register');
  await card.locator('input[type=file]').setInputFiles([one, two]);
  await card.getByText('这个文件没有收下').first().waitFor();
  await card.getByText('传好 1 个，1 个没有上传').first().waitFor();
  await materials.leave(() => card.getByRole('button', { name: '更新列表' }).click());
  assert.deepEqual(await materials.files('household_register'), [two.name], 'the other one is there');
}, oneBrowser);
