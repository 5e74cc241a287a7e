// 页面整理、多个文件归类: pictures turned, cut and put in order; many files at once, each given its material.
import assert from 'node:assert/strict';
import { pdf, photo } from '../lib/files.mjs';
import { fill, food, signAndSubmit } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { ArrangePage, CasePage, FilePage, MaterialsPage } from '../pages/index.mjs';

const world = useWorld();

journey('[M3] pages of a slot are put in order, turned, cut and taken anew', world, async ({ visitor, project }) => {
  // A cut that is too large is refused with its reason.
  visitor.allow(/status of 422/);
  await fill(visitor, food());
  const materials = new MaterialsPage(visitor);
  await materials.upload('floor_plan', await photo('平面图一'));
  await materials.upload('floor_plan', await photo('平面图二'));
  assert.deepEqual(await materials.files('floor_plan'), ['平面图一.jpg', '平面图二.jpg']);
  await materials.pressIn('floor_plan', '上移 平面图二.jpg');
  assert.deepEqual(await materials.files('floor_plan'), ['平面图二.jpg', '平面图一.jpg']);
  await materials.pressIn('floor_plan', '向右转 平面图二.jpg');
  const turned = await FilePage.from(materials, '平面图二.jpg');
  assert.deepEqual(await turned.picture(), [1100, 800]);
  await materials.page.goBack();
  await materials.check('materials-pages');

  await materials.follow('裁边 平面图二.jpg');
  const page = new ArrangePage(visitor);
  await page.check('adjust');
  if (project.js) {
    assert.ok((await page.smallestHandle()) >= 44, 'a finger finds each handle');
    await page.pushEdge('左边的圆点', 'ArrowRight');
    assert.equal(await page.cut('left'), '1');
    await page.pushEdge('左边的圆点', 'ArrowLeft');
  }
  await page.fillCut('left', '80');
  await page.fillCut('right', '30');
  await page.press('按这样裁');
  assert.match((await page.errors())[0].text, /不能超过 90/);
  assert.equal(await page.cut('left'), '80', 'what was typed stays');
  await page.check('adjust-refused');
  await page.fillCut('left', '50');
  await page.fillCut('right', '0');
  await page.press('按这样裁');
  await page.says('改好了', '现在的样子');
  assert.equal(await page.cut('left'), '50');
  await page.check('adjust-cut');
  await page.press('恢复原样');
  await page.saysNot('现在的样子');
  await page.follow('好了，回到材料');
  await materials.pressIn('floor_plan', '重拍 平面图二.jpg');
  assert.deepEqual(await materials.files('floor_plan'), ['平面图一.jpg']);
}, { timeout: 180_000 });

journey('[M3] many files are dropped at once, sorted by the person, and bound after submission', world, async ({ visitor }) => {
  const filing = food();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  const where = materials.path;
  const many = await materials.dropMany(await photo('营业执照正面'), await photo('平面图'), await pdf('扫描件'));
  await many.check('many');
  assert.match(await many.chosen('营业执照正面.jpg'), /营业执照/);
  assert.equal(await many.chosen('平面图.jpg'), '经营场所平面图');
  assert.equal(await many.chosen('扫描件.pdf'), '先不归类', 'nothing is guessed');
  await many.confirm();
  await many.says('还有 1 个要您选');
  await materials.open(where);
  await materials.says('还有文件没有归类');
  await materials.check('materials-unsorted');
  const report = await materials.toReport();
  await report.says('还有文件没有归类');
  assert.ok(await report.blocked());

  await materials.open(where);
  await materials.follow('给 1 个文件归类');
  await many.choice('扫描件.pdf').selectOption('safety_rules');
  await many.confirm();
  assert.deepEqual(await materials.files('floor_plan'), ['平面图.jpg']);
  assert.deepEqual(await materials.files('safety_rules'), ['扫描件.pdf']);
  await (await materials.toReport()).toSign();
  const { id } = await (await signAndSubmit(visitor, filing)).numbers();
  const mine = new CasePage(visitor);
  const href = `/files/bundles/${id}/floor_plan/0`;
  for (const end = Date.now() + 20_000; ;) {
    await mine.open(`/cases/${id}`);
    if (await mine.page.locator(`a[href="${href}"]`).count()) break;
    assert.ok(Date.now() < end, 'the pictures are never bound');
  }
  const bound = await visitor.context.request.get(href);
  assert.deepEqual([bound.status(), bound.headers()['content-type']], [200, 'application/pdf']);
  assert.equal((await bound.body()).subarray(0, 5).toString(), '%PDF-');
}, { only: ({ view }) => view === 'desk', timeout: 180_000 });
