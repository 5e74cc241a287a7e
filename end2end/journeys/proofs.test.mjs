// 有效期: where a rule looks at the day on a paper, it is asked for; what is too old is said before anybody signs.
import assert from 'node:assert/strict';
import { daysAgo, driving, fill, food, signAndSubmit, uploadAll } from '../lib/filings.mjs';
import { pdf } from '../lib/files.mjs';
import { creditCode } from '../lib/people.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { MaterialsPage, asStaff } from '../pages/index.mjs';

const world = useWorld();
const REPORT = 'health_report';

journey('[M3] a proof that is too old is said with its rule, and a fresh one goes through', world, async ({ visitor, project, world }) => {
  const filing = driving();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  const where = materials.path;
  assert.doesNotMatch(await materials.said(REPORT), /哪天开具/, 'nothing lies there yet');
  await uploadAll(materials, filing.files);
  const asked = await materials.said(REPORT);
  for (const words of ['这份材料是哪天开具的？', '这份材料 6 个月内有效', '还没有填开具日期']) assert.ok(asked.includes(words), `${words}: ${asked}`);
  await materials.check('materials-proof-day');
  let report = await materials.toReport();
  assert.deepEqual((await report.must()).map((name) => name.split(' · ')[0]), ['机动车驾驶人身体条件证明（体检证明）']);
  assert.ok(await report.blocked());
  await materials.open(where);

  await materials.date(REPORT, daysAgo(300));
  assert.match(await materials.said(REPORT), /必须改：这份材料是 \d{4}年\d+月\d+日开具的，6 个月内有效，最后一天是 .*已经过期。请重新开一份/);
  assert.equal(await materials.day(REPORT), daysAgo(300), 'what was typed stays');
  await materials.check('materials-proof-old');
  report = await materials.toReport();
  await report.says('现在已经过期');
  await report.check('report-proof-old');
  await materials.open(where);

  if (project.js) {
    // At once, before anything is sent, by the same rule.
    await materials.hydrated();
    const card = materials.slot(REPORT);
    await card.locator(`#f-day-${REPORT}`).fill(daysAgo(-2));
    await card.locator(`#f-day-${REPORT}`).blur();
    await card.locator('[data-part=words]', { hasText: '这一天还没有到' }).waitFor();
  }
  await materials.date(REPORT, daysAgo(20));
  assert.doesNotMatch(await materials.said(REPORT), /必须改/);
  report = await materials.toReport();
  await report.toSign();
  const { number } = await (await signAndSubmit(visitor, filing)).numbers();

  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(number);
    const [year, month, day] = daysAgo(20).split('-').map(Number);
    await desk.says(`申请人填的开具日期：${year}年${month}月${day}日`);
  });
}, { timeout: 180_000 });

journey('[M3] a number that differs from the one in the PDF is said, masked, and holds nobody up', world, async ({ visitor }) => {
  const filing = food();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await uploadAll(materials, { ...filing.files, business_licence: [() => pdf(`统一社会信用代码 ${creditCode('92539999MA6K77777')} `, '营业执照.pdf')] });
  const report = await materials.toReport();
  await report.says(/表格里填的号码是 9253\*{10}.{4}，这份 PDF 里写的是 9253\*{10}.{4}，不一样/);
  await report.check('report-number-differs');
  await report.toSign();
}, { only: ({ name }) => ['phone-plain', 'desk-js'].includes(name) });

journey('[M3] a licence that names its last day is asked for it', world, async ({ visitor }) => {
  const filing = food();
  filing.answers = { ...filing.answers, stage: 'renew', layout_changed: 'no' };
  Object.assign(filing.form.firm, { old_licence_no: 'JY25399990000001' });
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await materials.upload('old_licence', await pdf('原许可证'));
  assert.match(await materials.said('old_licence'), /有效期到哪天/);
  await materials.date('old_licence', daysAgo(1));
  assert.match(await materials.said('old_licence'), /现在已经过期，不能用了/);
  await materials.date('old_licence', daysAgo(-60));
  assert.doesNotMatch(await materials.said('old_licence'), /必须改/);
}, { only: ({ name }) => ['phone-js', 'desk-plain'].includes(name) });
