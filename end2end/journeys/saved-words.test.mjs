// What is said about saving: always in words, with the cause when it failed; asked about before signing out; and
// files that wait for the line.
import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { birth, fill } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { NO_LINE, cut, mend, pressSignOut, signOut, signedIn, toForm } from '../lib/line.mjs';
import { FormPage, MaterialsPage } from '../pages/index.mjs';

const world = useWorld({ proxy: true });
afterEach(() => { world.world.proxy.plan = null; });
const desk = { only: ({ name }) => name === 'desk-js' };
const scripts = { only: ({ name }) => ['phone-js', 'desk-js'].includes(name) };

/** What the server, or something before it, may answer to saving; and the words for it. */
const CAUSES = [
  [503, { code: 'unavailable', incident_id: '' }, /保存失败：系统出了问题.+，已存在本机，会自动再存/],
  [507, { code: 'storage.full', incident_id: '' }, /保存失败：系统暂时存不下新的内容.+，已存在本机，会自动再存/],
  [429, { code: 'busy', incident_id: '' }, /保存失败：操作太频繁了.+，已存在本机，会自动再存/],
  [502, null, /保存失败：系统出了问题.+，已存在本机，会自动再存/],
  [401, { code: 'sign_in', incident_id: '' }, /登录已过期，内容已存在本机，登录后会继续保存/],
];

journey('[D1] lost work: the state of saving stands in words, with the cause when it fails', world, async ({ visitor, page }) => {
  visitor.allow(NO_LINE);
  const { form, draft } = await toForm(visitor);
  assert.match(await form.saidOfSaving(), /^已保存 \d\d:\d\d · 这是草稿，还没有提交/, 'before anything is typed');
  let answer = null;
  let hold = null;
  await page.route('**/api/save_answers', async (route) => {
    await hold;
    if (!answer) return route.continue();
    const [status, said] = answer;
    return route.fulfill(said ? { status, contentType: 'application/json', body: JSON.stringify(said) } : { status, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' });
  });
  const name = form.field('child_name');
  for (const cause of CAUSES) {
    answer = cause;
    await name.fill(`王${cause[0]}`);
    await page.locator('[data-saved]', { hasText: cause[2] }).waitFor();
    // It mends itself when the cause is gone.
    answer = null;
    await page.locator('[data-saved="saved"]').waitFor();
    assert.match(await form.saidOfSaving(), /^已保存 \d\d:\d\d/);
  }
  let go;
  hold = new Promise((resolve) => { go = resolve; });
  await name.fill('王小满');
  await form.waitSaved('saving');
  assert.match(await form.saidOfSaving(), /^正在保存/);
  go();
  await form.waitSaved('saved');
  await page.waitForFunction(() => !localStorage.getItem('ov-unsent'));
  const again = new FormPage(visitor);
  await again.open(`/apply/${draft}/form/child`);
  assert.equal((await again.values(['child_name'])).child_name, '王小满');
}, scripts);

journey('[I1] signing out asks when something is not saved', world, async ({ visitor, page }) => {
  visitor.allow(NO_LINE);
  await signedIn(visitor);
  const { form } = await toForm(visitor);
  const saving = '**/api/save_answers';
  await page.route(saving, (route) => route.fulfill({
    status: 503, contentType: 'application/json', body: JSON.stringify({ code: 'unavailable', incident_id: '' }),
  }));
  await form.field('child_name').fill('王小满');
  await form.waitSaved('failed');
  assert.match(await form.saidOfSaving(), /保存失败：.+，已存在本机/);
  assert.match(await pressSignOut(form, 'dismiss'), /还有内容没有存到服务器/);
  await page.waitForTimeout(500);
  assert.match(form.path, /^\/apply\//, 'one stays');
  assert.equal((await form.values(['child_name'])).child_name, '王小满');
  assert.equal(await form.keptHere(), 1);
  await form.leave(() => pressSignOut(form, 'accept'));
  assert.doesNotMatch(form.path, /^\/apply\//);
  assert.equal(await form.keptHere(), 0, 'nothing stays on the device');
}, desk);

journey('[I1] without network one is not signed out, and hears why', world, async ({ visitor, page }) => {
  visitor.allow(NO_LINE);
  await signedIn(visitor);
  const { form, draft } = await toForm(visitor);
  await cut(visitor);
  await form.field('child_name').fill('王小满');
  await form.waitSaved('offline');
  await signOut(page).click();
  await page.getByText('现在没有网络，还退不了登录').waitFor();
  assert.match(form.path, /^\/apply\//, 'one stays');
  await mend(visitor);
  await form.waitSaved('saved');
  await page.waitForFunction(() => !localStorage.getItem('ov-unsent'));
  // Nothing is left to be asked about.
  await form.leave(() => signOut(page).click());
  await page.goto(`/apply/${draft}/form/child`);
  assert.equal(await form.field('child_name').count(), 0, 'signed out');
}, desk);

/** The materials of a filled draft, with the slots that files are chosen for. */
async function toMaterials(visitor) {
  const filing = birth();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await materials.hydrated();
  return { materials, slots: Object.entries(filing.files) };
}

/** Files that came, by slot; the page loads itself anew meanwhile. */
async function waitFor(materials, wanted) {
  const came = async () => Promise.all(wanted.map(([slot]) => materials.files(slot).then((list) => list.length).catch(() => 0)));
  const end = Date.now() + 60_000;
  for (let now = await came(); !wanted.every(([, count], index) => now[index] === count); now = await came()) {
    assert.ok(Date.now() < end, `${now} files came`);
    await materials.page.waitForTimeout(300);
  }
}

journey('[D1] files chosen without network wait on the page and go out by themselves', world, async ({ visitor, page }) => {
  visitor.allow(NO_LINE);
  const { materials, slots: [[slot, [make]]] } = await toMaterials(visitor);
  const file = await make();
  await cut(visitor);
  await page.getByText('选好的文件留在这一页').waitFor();
  await materials.slot(slot).locator('input[type=file]').setInputFiles(file);
  await materials.slot(slot).getByText('没有网络，网络恢复后从 0% 接着传').first().waitFor();
  await mend(visitor);
  await waitFor(materials, [[slot, 1]]);
}, scripts);

journey('[D1] files waiting in two places: what is done first takes nothing along', world, async ({ visitor }) => {
  visitor.allow(NO_LINE);
  const { materials, slots: [[one, [first]], [two, more]] } = await toMaterials(visitor);
  const chosen = await Promise.all([first, ...more].map((make) => make()));
  await cut(visitor);
  await materials.slot(one).locator('input[type=file]').setInputFiles(chosen[0]);
  await materials.slot(two).locator('input[type=file]').setInputFiles(chosen.slice(1));
  for (const slot of [one, two]) await materials.slot(slot).getByText('没有网络，网络恢复后从 0% 接着传').first().waitFor();
  await mend(visitor);
  await waitFor(materials, [[one, 1], [two, more.length]]);
}, scripts);
