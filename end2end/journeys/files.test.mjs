// 预览、查毒、撤销: looking at what was handed in, what the scanner finds, and taking it all back.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { photo } from '../lib/files.mjs';
import { fill, food, signAndSubmit, uploadAll } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { CasePage, FilePage, MaterialsPage, asStaff } from '../pages/index.mjs';

const world = useWorld();

/** The harmless test string, in two pieces, behind a right photograph. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
async function infected(title) {
  const file = await photo(title);
  return { ...file, buffer: Buffer.concat([file.buffer, Buffer.from(EICAR)]) };
}

/** Opens the page anew until it says so: the scanner works beside everything else. */
async function until(page, where, pattern) {
  for (const end = Date.now() + 15_000; ; await sleep(100)) {
    await page.open(where);
    if (pattern.test(await page.main.innerText())) return;
    assert.ok(Date.now() < end, `${where} never says ${pattern}`);
  }
}

journey('[M3] what was handed in is looked at as pictures, and a virus is found', world, async ({ visitor, project, world }) => {
  const filing = food();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  const where = materials.path;
  await materials.upload('floor_plan', await infected(`平面图 ${project.name}`));
  await until(materials, where, /此文件含有病毒，请换一个文件/);
  await materials.check('files-infected');
  await materials.remove('floor_plan', '平面图');
  await uploadAll(materials, filing.files);

  const file = await FilePage.from(materials, '平面图.jpg');
  assert.deepEqual(await file.picture(), [800, 1100]);
  await file.check('file');
  await file.follow('向右转');
  assert.deepEqual(await file.picture(), [1100, 800]);
  await file.follow('放大');
  await file.check('file-large');
  const link = await file.link();
  const whole = await visitor.context.request.get(link);
  assert.equal(whole.status(), 200);
  assert.match(whole.headers()['content-disposition'], /^attachment; filename="file\.jpg"; filename\*=UTF-8''/);
  assert.equal(whole.headers()['cache-control'], 'no-store, private');
  const bare = await visitor.context.request.get(link.split('?')[0], { maxRedirects: 0 });
  assert.match(bare.headers().location, /\/view\?old=1$/, 'without its proof it leads to a page that explains');
  await file.open(bare.headers().location);
  await file.says('刚才的链接过期了');
  await file.check('file-old-link');

  await materials.open(where);
  const report = await materials.toReport();
  await report.toSign();
  const filed = await (await signAndSubmit(visitor, filing)).numbers();
  await asStaff(world, project, 'clerk', async ({ desk }) => {
    await desk.visit(filed.id);
    for (let tries = 0; /正在查毒/.test(await desk.main.innerText()) && tries < 50; tries += 1) {
      await sleep(100);
      await desk.visit(filed.id);
    }
    const pictures = desk.page.locator('.ov-desk-preview__image');
    assert.ok((await pictures.count()) >= 3, 'one picture a page');
    for (const src of await pictures.evaluateAll((all) => all.map((img) => img.getAttribute('src')))) {
      const { status, type } = await desk.download(src);
      assert.deepEqual([status, type], [200, 'image/jpeg'], src);
    }
    await desk.check('desk-pictures');
  });
}, { only: ({ view }) => view === 'desk', timeout: 180_000 });

journey('[M9] a submission is undone within ten minutes, and nothing is lost', world, async ({ visitor }) => {
  const filing = food();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await uploadAll(materials, filing.files);
  const report = await materials.toReport();
  await report.toSign();
  const receipt = await signAndSubmit(visitor, filing);
  await receipt.says(/10 分钟内可以撤销，到 \d\d:\d\d 为止/);
  await receipt.check('receipt-undo');
  const { id } = await receipt.numbers();
  await receipt.follow('撤销提交');
  const undo = new CasePage(visitor);
  await undo.says('这个办件就不办了', '签名不放回');
  await undo.check('undo');
  await undo.press('撤销提交');
  const mine = new CasePage(visitor);
  await mine.says('已经撤销', '内容放回草稿');
  await mine.saysNot('10 分钟内可以撤销');
  await mine.check('case-undone');
  await mine.follow('去看草稿');
  const back = new MaterialsPage(visitor);
  const draft = back.path.match(/^\/apply\/([0-9a-f-]{36})/)[1];
  await until(back, `/apply/${draft}/materials`, /营业执照\.jpg/);
  await until(back, `/apply/${draft}/materials`, /食品安全管理制度\.pdf/);
  await (await back.toReport()).toSign();
  const again = await (await signAndSubmit(visitor, filing)).numbers();
  assert.notEqual(again.id, id);
}, { only: ({ view }) => view !== 'care', timeout: 180_000 });
