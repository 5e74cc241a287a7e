// Bad input at every door: a clear answer in Chinese, the right status, and nothing happens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../lib/client.mjs';
import { disguised, empty, pdf, photo } from '../lib/files.mjs';
import { birth, property } from '../lib/filings.mjs';
import { useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';

const UNKNOWN = '01900000-0000-7000-8000-000000000000';
/** One who has filed a case, holds a draft with a file, and owes a bill; another who has nothing. */
const known = {};

const holder = useWorld({}, async (world) => {
  const owner = await new Client(world).signIn(phone());
  const filed = await owner.file(birth());
  const draft = await owner.draft(birth());
  await owner.upload(`/uploads/drafts/${draft}/birth_certificate`, [await photo('出生医学证明')]);
  const materials = await owner.get(`/apply/${draft}/materials`);
  const page = await owner.get(`/cases/${filed.id}`);
  const sale = property();
  const seller = await new Client(world).signIn(sale.sellerPhone);
  const house = await owner.file(sale);
  const receipt = await owner.get(`/cases/${house.id}/receipt`);
  Object.assign(known, {
    owner, draft, seller, house: house.id, case: filed.id, submitted: filed.draft,
    file: materials.text.match(/\/files\/([0-9a-f-]{36})/)[1],
    document: page.text.match(/\/documents\/([0-9a-f-]{36})/)[1],
    join: receipt.text.match(/\/join\/[\w-]+/)[0],
    sale,
    stranger: await new Client(world).signIn(phone()),
    guest: new Client(world),
    clerk: await new Client(world).staff('clerk'),
  });
  await known.seller.post(known.join, { agreed: 'yes', name: sale.seller });
  const version = (await known.clerk.get(`/desk/cases/${house.id}`)).text.match(/name="version" value="(\d+)"|value="(\d+)"[^>]*name="version"/);
  await known.clerk.post(`/desk/cases/${house.id}/accept`, { version: version[1] ?? version[2] });
  known.bill = (await owner.get(`/cases/${house.id}`)).text.match(/\/bills\/([0-9a-f-]{36})/)[1];
});

/** A page with words for people: Chinese, a heading, no inside of the machine. */
function inChinese({ text, status }, pattern) {
  assert.match(text, /[\u4e00-\u9fff]{6}/, `${status}: words in Chinese`);
  assert.match(text, /<h1/, `${status}: a page, not a bare text`);
  assert.doesNotMatch(text, /panicked|sqlx|RUST_|\.rs:\d|Failed to deserialize/i, 'nothing of the machine');
  if (pattern) assert.match(text, pattern);
}

async function answers(promise, status, pattern) {
  const answer = await promise;
  assert.equal(answer.status, status, `${answer.status} ${answer.location ?? ''} ${answer.text.slice(0, 300)}`);
  if (status !== 303) inChinese(answer, pattern);
  return answer;
}

test('forged and unknown ids are pages that do not exist', async () => {
  const { owner } = known;
  const ids = [UNKNOWN, 'x', '1', '../etc/passwd', "' OR 1=1 --", '%00', 'a'.repeat(2000), '😀', known.draft.toUpperCase().replace(/.$/, 'g')];
  for (const id of ids.map(encodeURIComponent)) {
    for (const where of [`/apply/${id}`, `/apply/${id}/materials`, `/cases/${id}`, `/cases/${id}/receipt`, `/bills/${id}`, `/documents/${id}`, `/files/${id}`, `/join/${id}`, `/matters/${id}`]) {
      await answers(owner.get(where), 404);
    }
    await answers(owner.post(`/apply/${id}/form/child`, { child_name: '王小满' }), 404);
    await answers(owner.post(`/apply/${id}/submit`), 404);
    await answers(owner.post(`/apply/${id}/sign`, { agreed: 'yes', name: '王建国' }), 404);
    await answers(owner.post(`/bills/${id}/pay`, { provider: 'wechat' }), 404);
    await answers(owner.post(`/cases/${id}/withdraw`, { sure: 'yes' }), 404);
    await answers(owner.upload(`/uploads/drafts/${id}/birth_certificate`, [disguised()]), 404);
  }
  // A photograph on its way is read to its end, or the browser would show a broken connection.
  await answers(owner.upload(`/uploads/drafts/${UNKNOWN}/birth_certificate`, [await photo('出生医学证明')]), 404);
  for (const where of ['/no/such/page', `/apply/${known.draft}/form/nothing`, `/apply/${known.draft}/questions/nothing`]) await answers(owner.get(where), 404);
  await answers(owner.upload(`/uploads/drafts/${known.draft}/nothing`, [await photo('出生医学证明')]), 404);
});

test('what is another person’s is not there', async () => {
  const { stranger, draft, house } = known;
  const reads = [`/apply/${draft}`, `/apply/${draft}/form/child`, `/apply/${draft}/materials`, `/apply/${draft}/report`, `/apply/${draft}/sign`,
    `/cases/${known.case}`, `/cases/${known.case}/receipt`, `/cases/${known.case}/correction`, `/bills/${known.bill}`, `/documents/${known.document}`, `/files/${known.file}`];
  for (const where of reads) await answers(stranger.get(where), 404);
  const acts = [
    [`/apply/${draft}/form/child`, { child_name: '别人' }], [`/apply/${draft}/questions/married`, { married: 'no' }], [`/apply/${draft}/sign`, { agreed: 'yes', name: '别人' }],
    [`/apply/${draft}/submit`, {}], [`/apply/${draft}/files/${known.file}/remove`, {}], [`/cases/${known.case}/withdraw`, { sure: 'yes' }],
    [`/cases/${known.case}/correction`, {}], [`/bills/${known.bill}/pay`, { provider: 'wechat' }], [`/bills/${known.bill}/check`, {}],
  ];
  for (const [where, fields] of acts) {
    const { status, location } = await stranger.post(where, fields);
    assert.ok(status === 404 || (status === 303 && /materials$/.test(location)), `${where} answers ${status} ${location}`);
  }
  await answers(stranger.upload(`/uploads/drafts/${draft}/birth_certificate`, [await photo('出生医学证明')]), 404);
  await stranger.post(`/apply/${draft}/delete`);
  const still = await known.owner.get(`/apply/${draft}/materials`);
  assert.ok(still.status === 200 && still.text.includes(known.file), 'nothing was changed');
  assert.match((await known.owner.get(`/cases/${house}`)).text, /撤回申请/);
});

test('without signing in one is led to sign in, and a script gets its status', async () => {
  const { guest } = known;
  for (const where of [`/cases/${known.case}`, `/bills/${known.bill}`, `/cases/${known.case}/receipt`]) {
    const { location } = await answers(guest.get(where), 303);
    assert.match(location, /^\/sign-in\?return=/);
    assert.equal((await guest.get(where, { accept: 'application/json' })).status, 401);
  }
  for (const where of ['/desk', `/desk/cases/${known.case}`, '/desk/bills', '/desk/jobs']) {
    assert.match((await answers(guest.get(where), 303)).location, /^\/desk\/sign-in/);
  }
});

test('[H1] applicants are no staff, and each role has its own doors', async () => {
  const { owner, clerk } = known;
  for (const act of ['accept', 'grant', 'issue', 'notice']) {
    const { status, location } = await owner.post(`/desk/cases/${known.case}/${act}`, { version: '1' });
    assert.ok(status === 403 || (status === 303 && location.startsWith('/desk/sign-in')), `${act}: ${status} ${location}`);
  }
  for (const act of ['grant', 'issue', 'special/start', 'special/end']) await answers(clerk.post(`/desk/cases/${known.case}/${act}`, { version: '1', procedure: 'site', finding: 'x' }), 403);
  await answers(clerk.get('/desk/bills'), 403);
  await answers(clerk.get('/desk/jobs'), 403);
  await answers(clerk.post(`/desk/cases/${UNKNOWN}/accept`, { version: '1' }), 404);
  await answers(clerk.post(`/desk/cases/${known.case}/verdict`, { version: '1', material: 'nothing', criterion: 'ok' }), 303);
  assert.match((await clerk.get(`/desk/cases/${known.case}?say=material.unlisted`)).text, /不在事项的清单里/);
});

test('other sites cannot act in a person’s name', async () => {
  const { owner, draft } = known;
  const tries = [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: null }, { headers: { 'sec-fetch-site': 'cross-site' } }];
  for (const options of tries) {
    await answers(owner.post(`/apply/${draft}/delete`, {}, options), 403, /没有被接受/);
    await answers(owner.post('/sign-out', {}, options), 403);
    await answers(owner.post('/sign-in', { phone: phone() }, options), 403);
  }
  assert.equal((await owner.get(`/apply/${draft}/materials`)).status, 200, 'signed in, and the draft is there');
});

test('only own paths may be returned to', async () => {
  const { world } = holder;
  const ways = ['https://evil.example/', '//evil.example/', '/\\evil.example', '/\t/evil.example', '/%09/evil.example', '\\/evil.example', 'javascript:alert(1)', '/\r\nset-cookie: a=b', '/ok\n/x'];
  for (const to of ways) {
    const { location, headers } = await known.owner.get(`/sign-in?return=${encodeURIComponent(to)}`);
    const leads = new URL(location ?? '/', world.origin);
    assert.equal(leads.origin, world.origin, `${JSON.stringify(to)} leads to ${leads}`);
    assert.doesNotMatch(headers.get('set-cookie') ?? '', /a=b/);
    const mode = await known.guest.post('/mode', { mode: 'standard', return: to });
    assert.equal(new URL(mode.location, world.origin).origin, world.origin, `${JSON.stringify(to)} leads to ${mode.location}`);
  }
});

test('wrong methods and unreadable bodies', async () => {
  const { owner, draft } = known;
  for (const where of ['/', '/matters', `/apply/${draft}/report`]) await answers(owner.post(where), 405);
  for (const where of [`/apply/${draft}/submit`, `/uploads/drafts/${draft}/birth_certificate`, '/sign-out', `/matters/birth-registration/start`]) await answers(owner.get(where), 405);
  for (const method of ['PUT', 'DELETE', 'PATCH']) await answers(owner.request(`/apply/${draft}`, { method }), 405);
  const odd = [
    { body: '{"child_name":1}', headers: { 'content-type': 'application/json' } },
    { body: 'child_name=%zz%', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { body: 'a'.repeat(2000), headers: { 'content-type': 'text/plain' } },
  ];
  for (const more of odd.filter((o) => !/zz/.test(o.body))) {
    const { status, text } = await owner.request(`/apply/${draft}/form/child`, { method: 'POST', ...more });
    assert.ok([400, 415, 422].includes(status), `${status}`);
    inChinese({ status, text });
  }
  const bad = await owner.request(`/desk/cases/${known.case}/accept`, { method: 'POST', body: 'version=many', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.ok([400, 403, 422, 303].includes(bad.status), `${bad.status}`);
  const broken = await owner.request(`/uploads/drafts/${draft}/birth_certificate`, {
    method: 'POST', body: '--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\nnever ends', headers: { 'content-type': 'multipart/form-data; boundary=x' },
  });
  assert.ok(broken.status === 303 ? /say=upload.broken/.test(broken.location) : [400, 422].includes(broken.status), `${broken.status} ${broken.location}`);
  const formless = await owner.post(`/uploads/drafts/${draft}/birth_certificate`, { files: 'no file' });
  assert.ok([400, 415, 422].includes(formless.status), `${formless.status}`);
  inChinese(formless);
});

test('bodies that are too big', async () => {
  const { owner, draft } = known;
  await answers(owner.post(`/apply/${draft}/form/child`, { child_name: '王'.repeat(100_000) }), 413, /太大/);
  await answers(owner.post('/sign-in', { phone: '1'.repeat(300_000) }), 413);
  const saved = await owner.post(`/apply/${draft}/form/child`, { child_name: '王'.repeat(9_000) });
  assert.ok([303, 422].includes(saved.status), 'long, yet within what a form may be');
  inChinese(saved.status === 422 ? saved : await owner.get(saved.location), /太长/);
  // 21 MB where 20 are the limit: refused as a finding, not kept.
  const huge = { name: '大.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(21 * 1024 * 1024, 1) };
  const { location } = await answers(owner.upload(`/uploads/drafts/${draft}/parent_id_card`, [huge]), 303);
  assert.match(location, /say=file\.too_big/);
  assert.match((await owner.get(location)).text, /文件太大/);
});

test('[M3] files that are not what they say, and file names with ill will', async () => {
  const { owner, draft } = known;
  const names = ['../../../etc/passwd', '..\\..\\boot.ini', '<img src=x onerror=alert(1)>.jpg', 'a"; filename="b.exe', '长'.repeat(300) + '.jpg', '\u202egpj.exe', 'CON.jpg', ' .jpg'];
  for (const name of names) {
    const { location } = await answers(owner.upload(`/uploads/drafts/${draft}/household_register`, [{ ...await photo('户口簿首页'), name }]), 303);
    const page = await owner.get(location);
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /<img src=x/, 'a name is text');
    for (const [, id] of page.text.matchAll(/\/files\/([0-9a-f-]{36})\/view"/g)) {
      const about = await owner.get(`/files/${id}/view`);
      const link = about.text.match(new RegExp(`"(/files/${id}\\?[^"]+)"`))[1].replaceAll('&amp;', '&');
      const file = await owner.get(link);
      assert.equal(file.status, 200);
      assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
      assert.match(file.headers.get('content-security-policy'), /default-src 'none'/);
      assert.doesNotMatch(file.headers.get('content-disposition'), /[\r\n/\\]\.\./);
    }
    for (const [, remove] of page.text.matchAll(new RegExp(`(/apply/${draft}/files/[0-9a-f-]{36}/remove)`, 'g'))) {
      if (!remove.includes(known.file)) await owner.post(remove);
    }
  }
  // A name that no form can carry ends the request; the rest of the page is untouched.
  assert.match((await owner.upload(`/uploads/drafts/${draft}/household_register`, [{ ...empty(), name: '正常.jpg\u0000.exe' }])).location, /say=/);
  const html = { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<!doctype html><script>alert(1)</script>') };
  const cut = await pdf('结婚证');
  for (const file of [empty(), disguised(), html, { ...cut, buffer: cut.buffer.subarray(0, 400) }]) {
    const { location } = await owner.upload(`/uploads/drafts/${draft}/marriage_certificate`, [file]);
    const page = await owner.get(location);
    assert.match(page.text, /必须改/, file.name);
    for (const [, remove] of page.text.matchAll(new RegExp(`(/apply/${draft}/files/[0-9a-f-]{36}/remove)`, 'g'))) {
      if (!remove.includes(known.file)) await owner.post(remove);
    }
  }
  assert.match((await owner.upload(`/uploads/drafts/${draft}/marriage_certificate`, [])).location, /say=file\.none/);
});

test('[M3] what is not ready cannot be submitted', async () => {
  const { owner, draft } = known;
  assert.match((await answers(owner.post(`/apply/${draft}/submit`), 303)).location, /report$|sign\?say=sign\.missing/);
  assert.match((await answers(owner.get(`/apply/${draft}/sign`), 303)).location, /report$/);
});

test('[D5] replayed forms do nothing a second time', async () => {
  const { owner, submitted, clerk } = known;
  assert.equal((await owner.post(`/apply/${submitted}/submit`)).location, `/cases/${known.case}/receipt`);
  await answers(owner.post(`/apply/${submitted}/form/child`, { child_name: '改名' }), 422, /已经提交/);
  await answers(owner.upload(`/uploads/drafts/${submitted}/birth_certificate`, [await photo('后来的')], { accept: 'text/html' }), 303);
  assert.doesNotMatch((await owner.get(`/cases/${known.case}`)).text, /改名|后来的/);
  const again = await clerk.post(`/desk/cases/${known.house}/accept`, { version: '1' });
  assert.match(again.location, /say=(conflict|refusal\.)/);
  assert.match((await clerk.get(again.location)).text, /没有生效|已经办过|不能做这个操作/);
  const [one, two] = await Promise.all([1, 2].map(() => owner.post(`/bills/${known.bill}/pay`, { provider: 'wechat' })));
  assert.deepEqual([one.status, two.status], [303, 303]);
  await known.seller.post(known.join, { agreed: 'yes', name: known.sale.seller });
  assert.match((await known.seller.get(known.join)).text, /您已经确认并签名/);
});

test('[D13] withdrawing asks first, and happens once', async () => {
  const { owner } = known;
  const asked = await answers(owner.post(`/cases/${known.case}/withdraw`), 303);
  assert.match((await owner.get(asked.location)).text, /请先在“我想好了”前面打勾/);
  const done = await answers(owner.post(`/cases/${known.case}/withdraw`, { sure: 'yes' }), 303);
  assert.match((await owner.get(done.location)).text, /已经撤回/);
  const again = await owner.post(`/cases/${known.case}/withdraw`, { sure: 'yes' });
  assert.doesNotMatch((await owner.get(again.location)).text, /系统出了问题/);
});

test('[D13] tracking and verification codes that are wrong', async () => {
  const { guest } = known;
  for (const [code, last4] of [['', ''], ['AAAA', '1234'], ['A3K7-9PQ2', '1234'], ["' OR 1=1", '0000'], ['字'.repeat(8), '1234'], ['A3K79PQ2', '12']]) {
    await answers(guest.post('/track', { code, last4 }), 422, /查询码|4 个数字/);
  }
  for (const code of ['x', 'AAAAAAAAAAAA', '<b>', '../x']) await answers(guest.get(`/verify/${encodeURIComponent(code)}`), 404, /没有找到这个核验码/);
});

test('[D5] notifications without a right signature are not taken', async () => {
  const { guest } = known;
  const { status } = await guest.request('/callbacks/wechat', { method: 'POST', body: '{"id":"1","event_type":"TRANSACTION.SUCCESS"}', headers: { 'content-type': 'application/json' } });
  assert.equal(status, 401);
  assert.equal((await guest.request('/callbacks/nobody', { method: 'POST', body: '{}' })).status, 404);
});

test('[I1] guessing codes and passwords ends soon', async () => {
  const { world } = holder;
  const guesser = new Client(world);
  const victim = phone();
  await guesser.post('/sign-in', { phone: victim });
  const right = await world.sandbox.code(victim);
  const wrong = right === '123456' ? '654321' : '123456';
  for (let i = 0; i < 5; i += 1) await answers(guesser.post('/sign-in/code', { code: wrong }), 422);
  await answers(guesser.post('/sign-in/code', { code: right }), 422, /重新获取/);
  await answers(guesser.post('/sign-in', { phone: victim }), 422, /秒后再试/);
  let status = 422;
  for (let i = 0; i < 12; i += 1) ({ status } = await guesser.post('/desk/sign-in', { username: 'supervisor', password: `guess${i}` }));
  const last = await guesser.post('/desk/sign-in', { username: 'supervisor', password: 'onevisit-demo' });
  assert.ok([422, 429].includes(last.status) && [422, 429].includes(status), 'even the right password does not help now');
});

test('no personal data in the log and none in addresses', async () => {
  const { world } = holder;
  const log = world.log('server');
  for (const secret of ['王建国', '李秀英', '示范路 8 号', known.sale.phone, known.sale.sellerPhone, known.sale.ids.seller.seller_id]) {
    assert.ok(!log.includes(secret), `the log holds ${secret}`);
  }
});
