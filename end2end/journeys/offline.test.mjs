// “Lost work”: no network, a crash, a session that ends, two devices. What was typed stays.
import assert from 'node:assert/strict';
import { PROJECTS, Visitor } from '../lib/browser.mjs';
import { Client } from '../lib/client.mjs';
import { birth, fill } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';
import { FormPage, GuidePage, QuestionPage, SignInPage } from '../pages/index.mjs';

const people = {};
const world = useWorld({}, async (made) => {
  for (const { name } of PROJECTS) people[name] = (await new Client(made).signIn(phone())).browserCookies();
});
const NO_LINE = /ERR_INTERNET_DISCONNECTED|Failed to load|ERR_FAILED/;
const scripts = { only: ({ name }) => ['phone-js', 'desk-js'].includes(name) };
const care = { only: ({ js }) => js };
const deskOnly = { only: ({ name }) => name === 'desk-js' };

/** The form of a draft that was just begun, ready to keep what cannot be sent. */
async function toForm(visitor) {
  const { slug, answers } = birth();
  await (await new GuidePage(visitor).visit(slug)).start();
  const outcome = await new QuestionPage(visitor).answer(answers);
  const key = visitor.page.waitForResponse((answer) => answer.url().includes('/api/local_key'));
  await outcome.toForm();
  const form = new FormPage(visitor);
  await form.hydrated();
  return { form, draft: form.draft, key: await key };
}

const signedIn = (visitor, project) => visitor.context.addCookies(people[project.name]);

journey('[D1] lost work: a form pressed without network stays with all that stands on it', world, async ({ visitor }) => {
  visitor.allow(NO_LINE);
  const { form } = await toForm(visitor);
  await visitor.context.setOffline(true);
  await form.field('child_name').fill('王小满');
  await form.page.getByRole('button', { name: '保存，下一步' }).click();
  await form.waitSaved('offline');
  assert.equal((await form.values(['child_name'])).child_name, '王小满');
  await visitor.context.setOffline(false);
  await form.waitSaved('saved');
}, scripts);

journey('[D1] lost work: the browser dies two seconds after typing without network', world, async ({ visitor, page }) => {
  visitor.allow(NO_LINE);
  const { form, draft } = await toForm(visitor);
  await visitor.context.setOffline(true);
  await form.field('child_name').pressSequentially('王小满', { delay: 10 });
  await page.waitForTimeout(2000);
  assert.equal(await form.keptHere(), 1);
  await page.close({ runBeforeUnload: false });
  await visitor.context.setOffline(false);
  const again = new FormPage(visitor, await visitor.newPage());
  await again.open(`/apply/${draft}/form/child?at=child_name`);
  await again.hydrated();
  // Sent by this page, or by the dying one after all: nothing is left here then.
  await again.page.waitForFunction(() => !localStorage.getItem('ov-unsent'));
  assert.equal((await again.values(['child_name'])).child_name, '王小满');
  await again.page.reload();
  assert.equal((await again.values(['child_name'])).child_name, '王小满', 'the server has it');
}, care);

journey('[D1] lost work: what was left on the device is sent from any page', world, async ({ visitor, page }) => {
  visitor.allow(NO_LINE);
  const { form, draft } = await toForm(visitor);
  await visitor.context.setOffline(true);
  await form.field('child_name').fill('王小满');
  await form.waitSaved('offline');
  await page.close({ runBeforeUnload: false });
  await visitor.context.setOffline(false);
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
  await signedIn(visitor, project);
  const { form, draft } = await toForm(visitor);
  const other = await Visitor.open(world, project);
  try {
    await signedIn(other, project);
    const there = new FormPage(other);
    await there.open(`/apply/${draft}/form/child`);
    await there.hydrated();
    await visitor.context.setOffline(true);
    await form.field('child_name').fill('王小满');
    await form.field('child_birth_place').fill('示例县人民医院');
    await form.waitSaved('offline');
    await there.field('child_name').fill('王大满');
    await there.waitSaved('saved');
    await page.close({ runBeforeUnload: false });
    await visitor.context.setOffline(false);
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

journey('[I1] lost work: the session ends while typing, the cause is said and it goes on after signing in', world, async ({ visitor, project }) => {
  visitor.allow(/401|Failed to load/);
  await signedIn(visitor, project);
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
}, { only: ({ name }) => name === 'desk-js' });

journey('[I1] a shared computer keeps nothing', world, async ({ visitor }) => {
  visitor.allow(NO_LINE);
  await (await new SignInPage(visitor).visit('/')).signIn(phone(), { shared: true });
  const { slug, answers } = birth();
  await (await new GuidePage(visitor).visit(slug)).start();
  await (await new QuestionPage(visitor).answer(answers)).toForm();
  const form = new FormPage(visitor);
  await form.hydrated();
  await visitor.context.setOffline(true);
  await form.field('child_name').fill('王小满');
  await form.waitSaved('offline');
  assert.doesNotMatch(await form.saidOfSaving(), /本机/);
  assert.equal(await form.keptHere(), 0);
  const bases = await form.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  assert.deepEqual(bases, []);
  await visitor.context.setOffline(false);
  await form.waitSaved('saved');
}, scripts);

journey('[D1] deleting a draft is asked about on a page of its own', world, async ({ visitor, page, project }) => {
  await signedIn(visitor, project);
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
