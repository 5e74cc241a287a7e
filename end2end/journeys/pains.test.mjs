// Complaints about portals of this kind that no other journey has for its subject; docs/pains.toml has them all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../lib/client.mjs';
import { empty, photo } from '../lib/files.mjs';
import { birth, fill } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';
import { FilePage, FormPage, GuidePage, MaterialsPage, QuestionPage } from '../pages/index.mjs';

const holder = useWorld();
const onPhones = { only: ({ name }) => ['phone-js', 'phone-plain'].includes(name) };
const hydrated = { only: ({ name }) => name === 'phone-js' };

async function toForm(visitor) {
  const { slug, answers, form } = birth();
  await (await new GuidePage(visitor).visit(slug)).start();
  await (await new QuestionPage(visitor).answer(answers)).toForm();
  return { form: new FormPage(visitor), values: form };
}

journey('[D1] lost work: a back-swipe does not wipe the form', holder, async ({ visitor, page }) => {
  const { form, values } = await toForm(visitor);
  await form.hydrated();
  const where = form.path;
  await form.fill({ child_name: values.child.child_name, child_birth_place: values.child.child_birth_place });
  // At once, before anything was said of saving.
  await page.goBack();
  await page.goForward();
  await form.hydrated();
  assert.equal(form.path, where);
  const kept = { child_name: values.child.child_name, child_birth_place: values.child.child_birth_place };
  await page.waitForFunction((name) => document.querySelector('[name="child_name"]')?.value === name, kept.child_name);
  assert.deepEqual(await form.values(Object.keys(kept)), kept);
  await page.waitForTimeout(2500);
  await page.reload();
  await form.hydrated();
  assert.deepEqual(await form.values(Object.keys(kept)), kept, 'the server has it');
}, hydrated);

journey('[D1] lost work: without scripts too, a saved page is there after going back', holder, async ({ visitor, page }) => {
  const { form, values } = await toForm(visitor);
  await form.fill(values.child);
  await form.next();
  assert.equal(form.section, 'applicant');
  await page.goBack();
  await page.reload();
  assert.deepEqual(await form.values(Object.keys(values.child)), values.child);
}, { only: ({ name }) => name === 'phone-plain' });

journey('[D1] lost work: nobody takes a draft for a submission', holder, async ({ visitor }) => {
  const { form, values } = await toForm(visitor);
  await form.says('还没有提交');
  await form.fill(values.child);
  await form.next();
  const list = new FormPage(visitor);
  await list.open('/cases');
  await list.says('草稿，还没有提交');
  assert.equal(await list.main.getByText('办件编号：').count(), 0, 'no number before there is a case');
}, onPhones);

test('[D1] lost work: tapping to begin again and again is one draft', async () => {
  const me = await new Client(holder.world).signIn(phone());
  const begun = await Promise.all(Array.from({ length: 5 }, () => me.post('/matters/birth-registration/start')));
  const later = await me.post('/matters/birth-registration/start');
  const drafts = new Set([...begun, later].map(({ location }) => location.match(/^\/apply\/([0-9a-f-]{36})/)[1]));
  assert.equal(drafts.size, 1, [...drafts].join(' '));
});

journey('[M3] uploads: a cloud-drive file that is read as nothing is never called uploaded', holder, async ({ visitor }) => {
  await fill(visitor, birth());
  const materials = new MaterialsPage(visitor);
  await materials.hydrated();
  const card = materials.slot('birth_certificate');
  await card.locator('input[type=file]').setInputFiles(empty('云盘里的照片.jpg'));
  if (!visitor.project.js) await materials.pressIn('birth_certificate', '上传');
  await card.getByText(/这个文件是空的/).first().waitFor();
  assert.doesNotMatch(await materials.said('birth_certificate'), /已上传/);
  const report = await materials.toReport();
  assert.ok(await report.blocked(), 'it is no material');
}, onPhones);

journey('[M3] uploads: several photos go into one slot at once, nothing has to be zipped', holder, async ({ visitor }) => {
  await fill(visitor, birth());
  const materials = new MaterialsPage(visitor);
  const [one, two] = [await photo('户口簿首页'), await photo('户口簿母亲页')];
  await materials.upload('household_register', one, two);
  assert.deepEqual((await materials.files('household_register')).sort(), [one.name, two.name].sort());
}, onPhones);

journey('[M3] uploads: a HEIC photo gets a way out, not only a refusal', holder, async ({ visitor }) => {
  await fill(visitor, birth());
  const materials = new MaterialsPage(visitor);
  await materials.hydrated();
  const buffer = Buffer.concat([Buffer.from('000000186674797068656963000000006d69663168656963', 'hex'), Buffer.alloc(4000)]);
  const card = materials.slot('birth_certificate');
  await card.locator('input[type=file]').setInputFiles({ name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer });
  if (!visitor.project.js) await materials.pressIn('birth_certificate', '上传');
  await card.getByText(/HEIC 格式照片.*直接拍照.*兼容性最佳/).first().waitFor();
}, onPhones);

journey('[M3] uploads: where the browser can open a HEIC photo, it goes on as JPG', holder, async ({ visitor }) => {
  const { buffer: jpeg } = await photo('出生医学证明');
  // This browser cannot open HEIC; another one's decoder gives the same picture.
  await visitor.page.addInitScript((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const own = window.createImageBitmap.bind(window);
    window.createImageBitmap = (source, ...rest) => own(/heic$/i.test(source.name ?? '') ? new Blob([bytes], { type: 'image/jpeg' }) : source, ...rest);
  }, jpeg.toString('base64'));
  await fill(visitor, birth());
  const materials = new MaterialsPage(visitor);
  const buffer = Buffer.concat([Buffer.from('000000186674797068656963000000006d69663168656963', 'hex'), Buffer.alloc(4000)]);
  await materials.upload('birth_certificate', { name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer });
  assert.deepEqual(await materials.files('birth_certificate'), ['IMG_0001.jpg']);
  assert.doesNotMatch(await materials.said('birth_certificate'), /HEIC|必须改/);
  const shown = await FilePage.from(materials, 'IMG_0001.jpg');
  assert.deepEqual(await shown.picture(), [800, 1100], 'at full size');
}, hydrated);
