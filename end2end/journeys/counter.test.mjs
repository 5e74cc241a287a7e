// 窗口代办、就近办: somebody comes to a counter without an account; the clerk files by the same pages.
import assert from 'node:assert/strict';
import { birth, fill, signAndSubmit, uploadAll } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { CounterPage, DeskSignInPage, GuidePage, MaterialsPage, TrackPage } from '../pages/index.mjs';

const world = useWorld();
const onDesks = { only: ({ view }) => view === 'desk', timeout: 180_000 };

journey('[C16] [C17] a township clerk files for a visitor without an account', world, async ({ visitor, page, world }) => {
  // What misses is 422, what is not theirs any more 403; the browser notes both as errors.
  visitor.allow(/status of 4(22|03)/);
  const filing = birth();
  await new DeskSignInPage(visitor).signIn('township');
  const counter = new CounterPage(visitor);
  await counter.follow('窗口代办');
  await counter.says('临江镇便民服务中心');
  const taken = await counter.taken();
  assert.ok(taken.includes('出生登记') && !taken.includes('食品经营许可'), `only what is taken: ${taken}`);
  assert.equal(await counter.banner(), '');
  await counter.check('counter');

  await counter.begin('张三', '123');
  assert.deepEqual((await counter.errors()).map((e) => e.href), ['#f-phone']);
  assert.equal(await page.locator('#f-name').inputValue(), '张三', 'what was typed is kept');
  assert.doesNotMatch(page.url(), /123/, 'and stands in no address');
  await counter.check('counter-error');
  await counter.begin('张三', filing.phone);
  assert.match(await counter.banner(), /正在为 张\* 办理/);
  await counter.check('counter-visit');

  // Not here: said in words, and nothing begun.
  const guide = await new GuidePage(visitor).visit('food-licence');
  await guide.press('开始办理');
  assert.match(await page.locator('body').innerText(), /这里不办这件事/);

  await fill(visitor, filing);
  assert.match(await counter.banner(), /正在为 张\* 办理/, 'on every page');
  await counter.endFromBanner();
  await counter.says('还有没提交的', '还有 1 件没有提交');
  await counter.check('counter-unfinished');
  await counter.follow('接着办 出生登记');
  const materials = new MaterialsPage(visitor);
  await uploadAll(materials, filing.files);
  await (await materials.toReport()).toSign();
  const filed = await (await signAndSubmit(visitor, filing)).numbers();
  await world.sandbox.message(filing.phone, new RegExp(filed.tracking.replace('-', '-?')));

  await counter.visit();
  await counter.says(filed.number);
  await counter.end();
  await counter.says('结束了');
  assert.equal(await counter.banner(), '');
  assert.equal((await page.goto(`/cases/${filed.id}`)).status(), 403, 'nothing of it is reachable');

  // Taken up again, only under the name that was given.
  await counter.visit();
  await counter.resume(filed.number, '李四');
  await counter.says('对不上');
  await counter.check('counter-resume-error');
  await counter.resume(filed.number, '张三');
  assert.match(await counter.banner(), /正在为 张\* 办理/);
  assert.equal((await page.goto(`/cases/${filed.id}`)).status(), 200, 'the same case again');
  await counter.visit();
  await counter.end();

  // The queue of the place holds what it took in.
  await counter.open('/desk');
  await counter.says(filed.number, '在临江镇便民服务中心收件');

  const track = await new TrackPage(visitor).visit();
  await track.find(filed.tracking, filing.phone.slice(-4));
  await track.says('在临江镇便民服务中心窗口代为提交');
}, onDesks);

journey('[C16] a county clerk searches what can be filed, and signing out ends the visit', world, async ({ visitor, page }) => {
  visitor.allow(/status of 403/);
  await new DeskSignInPage(visitor).signIn('clerk');
  const counter = await new CounterPage(visitor).visit();
  await counter.says('县政务服务中心窗口');
  await counter.begin('李四', birth().phone);
  await counter.search('食品');
  assert.ok((await counter.taken()).includes('食品经营许可'));
  const row = page.locator('tr', { has: page.getByRole('link', { name: '食品经营许可', exact: true }) });
  await counter.leave(() => row.getByRole('button', { name: /开始办理/ }).click());
  assert.match(counter.path, /^\/apply\//);
  await new DeskSignInPage(visitor).signIn('clerk');
  await counter.visit();
  assert.equal(await counter.banner(), '', 'a new session has no visit');
}, onDesks);

journey('[C10] a counter outside of the county takes in what is marked, and nothing else', world, async ({ visitor, page }) => {
  visitor.allow(/status of 422/);
  await new DeskSignInPage(visitor).signIn('neighbour');
  const counter = await new CounterPage(visitor).visit();
  await counter.says('邻县政务服务中心');
  const taken = await counter.taken();
  assert.ok(taken.some((title) => title.includes('残疾人证')), `${taken}`);
  assert.ok(!taken.includes('出生登记') && !taken.includes('食品经营许可'), `${taken}`);
  await counter.begin('王五', birth().phone);
  const guide = await new GuidePage(visitor).visit('elder-allowance');
  await guide.press('开始办理');
  assert.match(await page.locator('body').innerText(), /这里不办这件事/);
  await counter.open('/desk');
  assert.equal(await page.locator('#f-place').count(), 0, 'its own cases alone');
}, onDesks);
