// Nothing typed is lost, nothing is done twice.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECTS, Visitor } from '../lib/browser.mjs';
import { Client } from '../lib/client.mjs';
import { birth, fill, uploadAll } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';
import { CasePage, FormPage, GuidePage, MaterialsPage, QuestionPage, SignInPage, SignPage, signIn } from '../pages/index.mjs';

/** People who have signed in some time ago: a phone gets one code a minute. */
const CODE_PAUSE = 61_000;
const people = {};
const world = useWorld({}, async (made) => {
  for (const name of [...PROJECTS.map((project) => project.name), 'expired']) {
    const number = phone();
    people[name] = { phone: number, cookies: (await new Client(made).signIn(number)).browserCookies() };
  }
  people.since = Date.now();
});
const mayAskAgain = () => sleep(Math.max(0, people.since + CODE_PAUSE - Date.now()));
const hydrated = { only: ({ name }) => ['phone-js', 'care-js'].includes(name) };
const plain = { only: ({ name }) => ['phone-plain', 'desk-plain'].includes(name) };

async function toForm(visitor) {
  const filing = birth();
  await (await new GuidePage(visitor).visit(filing.slug)).start();
  await (await new QuestionPage(visitor).answer(filing.answers)).toForm();
  return { filing, form: new FormPage(visitor) };
}

journey('[D1] what is typed before the scripts have loaded is kept and saved', world, async ({ visitor, page }) => {
  const { form } = await toForm(visitor);
  let let_go;
  const held = new Promise((resolve) => { let_go = resolve; });
  await page.route(/\/pkg\/app\..*\.wasm/, async (route) => {
    await held;
    await route.continue();
  });
  await page.reload({ waitUntil: 'domcontentloaded' });
  const typed = { child_name: '王小满', ...(visitor.project.care ? {} : { child_ethnicity: '汉族', child_sex: 'male' }) };
  await form.fill(typed);
  assert.equal(await page.locator('html').getAttribute('data-hydrated'), null, 'still plain HTML');
  assert.deepEqual(await form.values(Object.keys(typed)), typed);
  let_go();
  await form.hydrated();
  assert.deepEqual(await form.values(Object.keys(typed)), typed, 'coming to life changes no value');
  await form.waitSaved();
  await page.unroute(/\/pkg\/app\..*\.wasm/);
  await page.reload();
  assert.deepEqual(await form.values(Object.keys(typed)), typed, 'the server has it');
}, hydrated);

journey('[D1] without its scripts a page still works', world, async ({ visitor, page }) => {
  visitor.allow(/island|Failed to load|ERR_FAILED/);
  await page.route(/\/pkg\/app\..*/, (route) => route.abort());
  const { filing, form } = await toForm(visitor);
  await form.fill(filing.form.child);
  await form.next();
  assert.equal(form.section, 'applicant');
}, { only: ({ name }) => name === 'phone-js' });

journey('[D1] a click straight after mending a field counts', world, async ({ visitor }) => {
  const { filing, form } = await toForm(visitor);
  await form.hydrated();
  await form.fill({ child_name: '王小满2' });
  await form.next();
  await form.hydrated();
  // From the field whose message goes away straight to an answer below, then to the button.
  await form.field('child_name').fill('王小满');
  await form.fill({ child_sex: 'female' });
  await form.fill(filing.form.child);
  await form.next();
  assert.equal(form.section, 'applicant');
}, { only: ({ js }) => js });

journey('[D1] without network the page says so and saves later', world, async ({ visitor }) => {
  visitor.allow(/ERR_INTERNET_DISCONNECTED|Failed to load/);
  const { form } = await toForm(visitor);
  await form.hydrated();
  await visitor.context.setOffline(true);
  await form.fill({ child_name: '王小满' });
  await form.waitSaved('offline');
  await form.says('没有网络');
  await visitor.context.setOffline(false);
  await form.waitSaved('saved');
  await form.page.reload();
  assert.equal((await form.values(['child_name'])).child_name, '王小满');
}, hydrated);

journey('[D1] [D13] pressing twice and going back do nothing twice', world, async ({ visitor, page, world }) => {
  const filing = birth();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await uploadAll(materials, filing.files);
  await (await materials.toReport()).toSign();
  const { draft } = materials;
  const sign = new SignPage(visitor);
  await sign.follow('去登录');
  await new SignInPage(visitor).signIn(filing.phone);
  await sign.sign(filing.signer);
  // Three submissions at once: one case.
  const post = () => visitor.context.request.post(`/apply/${draft}/submit`, { headers: { origin: world.origin }, maxRedirects: 0 });
  const answers = await Promise.all([post(), post(), post()]);
  const places = new Set(answers.map((a) => a.headers().location));
  assert.deepEqual(answers.map((a) => a.status()), [303, 303, 303]);
  assert.equal(places.size, 1, `one case: ${[...places]}`);
  await sign.submit();
  assert.equal(sign.path, [...places][0]);
  // Back: the sign page of a submitted draft leads to the case and does not submit again.
  await page.goBack();
  await page.reload();
  assert.match(sign.path, /^\/cases\//);
  await sign.open('/cases');
  assert.equal(await sign.main.getByText('办件编号：').count(), 1, 'one case in the list');
  assert.equal((await visitor.context.request.post(`/apply/${draft}/form/child`, {
    form: { child_name: '别人' }, headers: { origin: world.origin }, maxRedirects: 0,
  })).status(), 422, 'a submitted application is closed');
}, plain);

journey('[D1] what was saved goes on at another device', world, async ({ visitor, page, project, world }) => {
  const { phone: number, cookies } = people[project.name];
  await visitor.context.addCookies(cookies);
  const { filing, form } = await toForm(visitor);
  const { draft } = new QuestionPage(visitor);
  const kept = { child_name: '王小满' };
  if (project.js) {
    await form.hydrated();
    await form.field('child_name').pressSequentially('王小满', { delay: 20 });
    await form.waitSaved();
    if (!project.care) {
      kept.child_birth_place = '示例县人民医院';
      await form.field('child_birth_place').fill(kept.child_birth_place);
      await form.waitSaved('saving').catch(() => {});
      await form.waitSaved();
    }
  } else {
    await form.fill(filing.form.child);
    await form.next();
    kept.child_name = filing.form.child.child_name;
  }
  // The browser is gone without a word: what had been acknowledged is there.
  await page.close({ runBeforeUnload: false });

  await mayAskAgain();
  const other = await Visitor.open(world, { ...project, viewport: { width: 1280, height: 800 } });
  try {
    await signIn(other, number, '/cases');
    const cases = new CasePage(other);
    await cases.says('出生登记', '草稿');
    await cases.check('cases-draft');
    await cases.follow(/接着办/);
    const there = new FormPage(other);
    assert.equal(new QuestionPage(other).draft, draft);
    if (!project.js) assert.equal(there.section, 'applicant', 'it goes on where one was');
    await there.open(`/apply/${draft}/form/child?at=child_name`);
    assert.deepEqual(await there.values(Object.keys(kept)), kept);
    if (project.js) await twoDevices(there);
  } finally {
    await other.context.close();
  }
}, { timeout: 180_000 });

journey('[I1] a session about to end says so and can be kept', world, async ({ visitor, page, project }) => {
  await visitor.context.addCookies(people[project.name].cookies);
  await page.clock.install();
  await page.goto('/mine');
  const warning = page.getByRole('status').filter({ hasText: '退出登录' });
  await page.clock.fastForward('23:00');
  assert.equal(await warning.isVisible(), false);
  await page.clock.fastForward('02:00');
  await warning.waitFor();
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/session/stay'));
  await warning.getByRole('button', { name: '接着用' }).click();
  assert.equal((await kept).status(), 204);
  await warning.waitFor({ state: 'hidden' });
  await page.clock.fastForward('25:00');
  await warning.waitFor();
}, { only: ({ name }) => ['phone-js', 'care-js'].includes(name) });

/** Saved elsewhere meanwhile: the later save wins its field and the page says so. */
async function twoDevices(form) {
  const second = new FormPage(form.visitor, await form.visitor.newPage());
  await second.open(form.path);
  await second.hydrated();
  await form.hydrated();
  await second.fill({ child_name: '王小满满' });
  await second.waitSaved();
  await form.fill({ child_name: '王大满' });
  await form.page.locator('[data-saved]', { hasText: '另一台设备也改过' }).waitFor();
  await second.page.reload();
  assert.equal((await second.values(['child_name'])).child_name, '王大满');
}

journey('[I1] an expired session loses nothing that was typed', world, async ({ visitor }) => {
  await visitor.context.addCookies(people.expired.cookies);
  const { filing, form } = await toForm(visitor);
  const cookies = await visitor.context.cookies();
  await visitor.context.clearCookies({ name: cookies.find((c) => /session/.test(c.name)).name });
  await form.fill(filing.form.child);
  await form.next();
  assert.match(form.path, /^\/sign-in/);
  await mayAskAgain();
  await new SignInPage(visitor).signIn(people.expired.phone);
  assert.match(form.path, /^\/apply\//, 'back to the draft');
  const { draft } = new QuestionPage(visitor);
  await form.open(`/apply/${draft}/form/child`);
  assert.deepEqual(await form.values(Object.keys(filing.form.child)), filing.form.child);
}, { only: ({ name }) => name === 'phone-plain', timeout: 180_000 });
