// “Lost work”: no network, a crash, a session that ends, two devices. What was typed stays.
import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { Visitor } from '../lib/browser.mjs';
import { birth } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { NO_LINE, cut, mend, pressSignOut, signOut, signedIn, toForm } from '../lib/line.mjs';
import { phone } from '../lib/people.mjs';
import { FormPage, GuidePage, QuestionPage, SignInPage } from '../pages/index.mjs';

const world = useWorld({ proxy: true });
afterEach(() => { world.world.proxy.plan = null; });
const scripts = { only: ({ name }) => ['phone-js', 'desk-js'].includes(name) };
const care = { only: ({ js }) => js };

/** A visitor whose browser runs the service worker; it answers for the page from here on. */
async function withWorker(world, project, steps) {
  const visitor = await Visitor.open(world, project, { serviceWorkers: 'allow' });
  visitor.allow(NO_LINE);
  try {
    const made = await toForm(visitor);
    await visitor.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await visitor.page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
    await steps(visitor, made);
  } catch (error) {
    await visitor.context.close();
    throw error;
  }
  await visitor.close();
}

/** What the caches of this origin hold, as paths. */
const cached = (page) => page.evaluate(async () => {
  const names = await caches.keys();
  const all = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)));
  return all.flat();
});

journey('[D1] lost work: reloading without network shows our own page, and back on the line everything is saved', world, async ({ project, world }) => {
  await withWorker(world, project, async (visitor, { form }) => {
    const { page } = visitor;
    await cut(visitor);
    await form.field('child_name').fill('王小满');
    await form.waitSaved('offline');
    assert.match(await form.saidOfSaving(), /没有网络，已存在本机/);
    await page.reload();
    await page.getByRole('heading', { name: '现在没有网络' }).waitFor();
    await page.getByText('这台设备上有 1 份草稿的内容还没有存到服务器').waitFor();
    await page.getByText('填的内容，还没有送出。刚才打开的就是这一份').waitFor();
    const shown = await page.content();
    assert.ok(!shown.includes('王小满') && !shown.includes('出生'), 'nothing personal without network');
    // The page notices the line by itself.
    await mend(visitor);
    await form.field('child_name').waitFor();
    await form.waitSaved('saved');
    assert.equal((await form.values(['child_name'])).child_name, '王小满');
    await page.waitForFunction(() => !localStorage.getItem('ov-unsent'));
    await page.reload();
    assert.equal((await form.values(['child_name'])).child_name, '王小满', 'the server has it');
    const stored = await cached(page);
    assert.ok(stored.includes('/offline.html'), stored.join(' '));
    for (const path of stored) assert.match(path, /^\/(offline\.(html|css|js)|favicon\.svg|pkg\/.+\.[0-9a-f]{16}\.[a-z]+)$/);
  });
}, scripts);

journey('[D1] lost work: a form pressed without network stays with all that stands on it', world, async ({ visitor }) => {
  visitor.allow(NO_LINE);
  const { form } = await toForm(visitor);
  await cut(visitor);
  await form.field('child_name').fill('王小满');
  await form.page.getByRole('button', { name: '保存，下一步' }).click();
  await form.waitSaved('offline');
  assert.equal((await form.values(['child_name'])).child_name, '王小满');
  await mend(visitor);
  await form.waitSaved('saved');
}, scripts);

journey('[D1] lost work: the browser dies two seconds after typing without network', world, async ({ visitor, page }) => {
  visitor.allow(NO_LINE);
  const { form, draft } = await toForm(visitor);
  await cut(visitor);
  await form.field('child_name').pressSequentially('王小满', { delay: 10 });
  await page.waitForTimeout(2000);
  assert.equal(await form.keptHere(), 1);
  await page.close({ runBeforeUnload: false });
  await mend(visitor);
  const again = new FormPage(visitor, await visitor.newPage());
  await again.open(`/apply/${draft}/form/child?at=child_name`);
  await again.hydrated();
  await again.waitSaved('saved');
  assert.equal((await again.values(['child_name'])).child_name, '王小满');
  await again.page.reload();
  assert.equal((await again.values(['child_name'])).child_name, '王小满', 'the server has it');
}, care);

journey('[D1] lost work: what did arrive though nobody heard of it is said to be saved', world, async ({ visitor, page, world }) => {
  visitor.allow(NO_LINE);
  const { form, draft } = await toForm(visitor);
  world.proxy.plan = ({ url }) => url.startsWith('/api/save_answers') && 'deaf';
  await form.field('child_name').fill('王小满');
  await form.waitSaved('offline');
  assert.equal(await form.keptHere(), 1);
  await page.close({ runBeforeUnload: false });
  world.proxy.plan = null;
  const again = new FormPage(visitor, await visitor.newPage());
  await again.open(`/apply/${draft}/form/child`);
  await again.hydrated();
  await again.page.waitForFunction(() => !localStorage.getItem('ov-unsent'));
  assert.equal((await again.values(['child_name'])).child_name, '王小满');
  assert.match(await again.saidOfSaving(), /^已保存 \d\d:\d\d/);
  await again.waitSaved('saved');
}, scripts);

journey('[D1] lost work: what was left on the device is sent from any page', world, async ({ visitor, page }) => {
  visitor.allow(NO_LINE);
  const { form, draft } = await toForm(visitor);
  await cut(visitor);
  await form.field('child_name').fill('王小满');
  await form.waitSaved('offline');
  await page.close({ runBeforeUnload: false });
  await mend(visitor);
  const other = new FormPage(visitor, await visitor.newPage());
  const sent = other.page.waitForResponse((answer) => answer.url().includes('/api/save_answers'));
  await other.open('/cases');
  assert.equal((await sent).status(), 200);
  await other.page.waitForFunction(() => !localStorage.getItem('ov-unsent'));
  await other.open(`/apply/${draft}/form/child?at=child_name`);
  assert.equal((await other.values(['child_name'])).child_name, '王小满');
}, scripts);

journey('[D1] lost work: two devices, one without network, field by field', world, async ({ visitor, page, project, world }) => {
  visitor.allow(NO_LINE);
  const number = await signedIn(visitor);
  const { form, draft } = await toForm(visitor);
  const other = await Visitor.open(world, project);
  try {
    await signedIn(other, number);
    const there = new FormPage(other);
    await there.open(`/apply/${draft}/form/child`);
    await there.hydrated();
    await cut(visitor);
    await form.field('child_name').fill('王小满');
    await form.field('child_birth_place').fill('示例县人民医院');
    await form.waitSaved('offline');
    await page.close({ runBeforeUnload: false });
    // The other device's line was never broken.
    world.proxy.plan = null;
    await there.field('child_name').fill('王大满');
    await there.waitSaved('saved');
    await mend(visitor);
    const back = new FormPage(visitor, await visitor.newPage());
    await back.open(`/apply/${draft}/form/child`);
    await back.hydrated();
    await back.page.locator('[data-saved]', { hasText: '另一台设备也改过' }).waitFor();
    assert.match(await back.saidOfSaving(), /那边填的是“王大满”/);
    assert.equal(await back.theirs('child_birth_place').count(), 0, 'only what both changed');
    await back.theirs('child_name').getByRole('button', { name: '改用那边填的' }).click();
    assert.equal((await back.values(['child_name'])).child_name, '王大满');
    await back.page.waitForFunction(() => !localStorage.getItem('ov-unsent'));
    await there.page.reload();
    const both = { child_name: '王大满', child_birth_place: '示例县人民医院' };
    assert.deepEqual(await there.values(Object.keys(both)), both);
  } finally {
    await other.context.close();
  }
}, scripts);

journey('[D1] lost work: two devices typing at once, and each says what the other put there', world, async ({ visitor, project, world }) => {
  const number = await signedIn(visitor);
  const { form, draft } = await toForm(visitor);
  const other = await Visitor.open(world, project);
  try {
    await signedIn(other, number);
    const there = new FormPage(other);
    await there.open(`/apply/${draft}/form/child`);
    await there.hydrated();
    await there.field('child_name').fill('王大满');
    await there.field('child_birth_place').fill('示例县人民医院');
    await there.waitSaved('saved');
    await form.field('child_name').fill('王小满');
    await form.page.locator('[data-saved]', { hasText: '另一台设备也改过' }).waitFor();
    assert.match(await form.saidOfSaving(), /那边填的是“王大满”/);
    assert.doesNotMatch(await form.saidOfSaving(), /人民医院/, 'what only the other changed is no conflict');
    // What was typed last holds, and nothing of the other is lost but that.
    await there.page.reload();
    const both = { child_name: '王小满', child_birth_place: '示例县人民医院' };
    assert.deepEqual(await there.values(Object.keys(both)), both);
  } finally {
    await other.context.close();
  }
}, scripts);

journey('[I1] lost work: the session ends while typing, the cause is said and it goes on after signing in', world, async ({ visitor }) => {
  visitor.allow(/401|Failed to load/);
  await signedIn(visitor);
  const { form } = await toForm(visitor);
  const session = (await visitor.context.cookies()).find((cookie) => cookie.name === 'ov_session');
  await visitor.context.clearCookies({ name: 'ov_session' });
  await form.field('child_name').fill('王小满');
  await form.waitSaved('expired');
  assert.match(await form.saidOfSaving(), /登录已过期，内容已存在本机/);
  await visitor.context.addCookies([session]);
  await form.waitSaved('saved');
  await form.page.reload();
  assert.equal((await form.values(['child_name'])).child_name, '王小满');
}, scripts);

journey('[I1] a shared computer keeps nothing', world, async ({ visitor, project }) => {
  visitor.allow(NO_LINE);
  await (await new SignInPage(visitor).visit('/')).signIn(phone(), { shared: true });
  const { slug, answers } = birth();
  await (await new GuidePage(visitor).visit(slug)).start();
  await (await new QuestionPage(visitor).answer(answers)).toForm();
  const form = new FormPage(visitor);
  await form.hydrated();
  await cut(visitor);
  await form.field('child_name').fill('王小满');
  await form.waitSaved('offline');
  assert.doesNotMatch(await form.saidOfSaving(), /本机/);
  assert.equal(await form.keptHere(), 0);
  const bases = await form.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  assert.deepEqual(bases, []);
  if (project.view === 'desk') {
    await signOut(form.page).click();
    await form.page.getByText('现在没有网络，还退不了登录').waitFor();
  }
  await mend(visitor);
  await form.waitSaved('saved');
  // Asked about here as well, for here it lives in the page only.
  await form.page.route('**/api/save_answers', (route) => route.fulfill({ status: 503, contentType: 'application/json', body: '{"code":"unavailable"}' }));
  await form.field('child_name').fill('王大满');
  await form.waitSaved('failed');
  if (project.view === 'desk') assert.match(await pressSignOut(form, 'dismiss'), /还有内容没有存到服务器/);
  let asked = '';
  form.page.once('dialog', (dialog) => {
    asked = dialog.type();
    return dialog.dismiss();
  });
  await form.page.locator('a[href="/cases"]:visible').first().click();
  await form.page.waitForTimeout(500);
  assert.equal(asked, 'beforeunload');
  assert.match(form.path, /^\/apply\//, 'one stays');
  assert.equal((await form.values(['child_name'])).child_name, '王大满');
}, scripts);

journey('[D1] deleting a draft is asked about on a page of its own', world, async ({ visitor, page }) => {
  await signedIn(visitor);
  await (await new GuidePage(visitor).visit('food-licence')).start();
  const cases = new FormPage(visitor);
  await cases.open('/cases');
  await cases.says('草稿，还没有提交');
  await page.locator('a', { hasText: '食品经营许可' }).filter({ hasText: '删除这份草稿' }).click();
  await page.getByRole('heading', { name: '删除这份草稿？' }).waitFor();
  await cases.check('draft-delete');
  await cases.follow('不删，回到列表');
  await page.locator('a', { hasText: '食品经营许可' }).filter({ hasText: '删除这份草稿' }).click();
  await cases.press('确定删除 食品经营许可');
  assert.match(cases.path, /^\/cases/);
}, { only: ({ name }) => ['phone-plain', 'desk-js'].includes(name) });
