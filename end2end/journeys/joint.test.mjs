// 新生儿出生一件事: one form, one list, each department's part, one tracker, one result.
import assert from 'node:assert/strict';
import { CODES, file, newborn } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { CasePage, TrackPage, asStaff, assertCaseNumber } from '../pages/index.mjs';

const world = useWorld();
const some = { only: ({ name }) => Boolean(process.env.ONEVISIT_LONG) || ['phone-js', 'desk-plain'].includes(name), timeout: 180_000 };

journey('[C9] [H1] a birth: the parts go their way, one fails and is mended, all in one tracker', world, async ({ visitor, project, world }) => {
  const filing = newborn();
  const filed = await file(visitor, filing);
  assertCaseNumber(filed.number, CODES.newborn);
  const mine = new CasePage(visitor);
  await mine.visit(filed.id);
  assert.deepEqual(await mine.parts(), [], 'nothing is handed out before acceptance');

  await accept(world, project, filed);
  await world.sandbox.message(filing.phone, /分 5 项办/);
  await mine.visit(filed.id);
  await mine.says('这件事分 5 项办', '示例县公安局', '要先办好“出生医学证明签发”');
  assert.deepEqual(await mine.parts(), [
    ['出生医学证明签发', '正在办'], ['预防接种证办理', '还没轮到'], ['出生登记（上户口）', '还没轮到'],
    ['城乡居民医保参保登记', '还没轮到'], ['社会保障卡申领', '还没轮到'],
  ]);
  await mine.check('joint-case');

  await oneFails(world, project, filed);
  await world.sandbox.message(filing.phone, /没办成/);
  await mine.visit(filed.id);
  await mine.says('证号 Z530000001', '结婚证上的名字看不清', '自动接着办');
  await mine.check('joint-case-failed');
  await byCode(visitor, filed, filing, [
    ['出生医学证明签发', '办好了'], ['预防接种证办理', '正在办'], ['出生登记（上户口）', '没办成'],
    ['城乡居民医保参保登记', '先停下来等'], ['社会保障卡申领', '先停下来等'],
  ]);

  await theRest(world, project, filed);
  await mine.visit(filed.id);
  await mine.says('已经办好');
  assert.ok((await mine.parts()).every(([, state]) => state === '办好了'));
  await mine.check('joint-case-done');
  const [result] = await mine.documents('办结通知书');
  await mine.downloadPdf(result);
}, some);

async function accept(world, project, { number }) {
  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(number);
    await desk.done('受理');
    assert.deepEqual(await desk.partActs(), [], 'the window handles no part');
    await desk.says('分项办理');
  });
}

/** One part is done, one fails: what waits for it stops, the other goes on. */
async function oneFails(world, project, { number }) {
  await asStaff(world, project, 'approver', async ({ queue }) => {
    const desk = await queue.openCase(number);
    assert.deepEqual(await desk.partActs(), ['birth_certificate/finish', 'birth_certificate/fail']);
    assert.ok(!(await desk.possible()).includes('准予'), 'the whole is not decided before its parts');
    await desk.check('desk-joint');
    await desk.part('birth_certificate', 'finish', '证号 Z530000001');
    await desk.part('household', 'fail', '结婚证上的名字看不清');
    assert.deepEqual(await desk.partActs(), ['vaccination/finish', 'vaccination/fail', 'household/reopen']);
    await desk.check('desk-joint-failed');
  });
}

/** Without signing in: the same parts, but not what staff wrote to the applicant. */
async function byCode(visitor, { tracking }, { phone }, parts) {
  const page = await new TrackPage(visitor).visit();
  await page.find(tracking, phone.slice(-4));
  assert.deepEqual(await page.parts(), parts);
  await page.saysNot('结婚证上的名字看不清', 'Z530000001', '王小满');
  await page.check('joint-track');
}

async function theRest(world, project, { number }) {
  await asStaff(world, project, 'approver', async ({ queue }) => {
    const desk = await queue.openCase(number);
    await desk.part('household', 'reopen', '结婚证补拍清楚了');
    for (const part of ['vaccination', 'household', 'insurance', 'social_card']) await desk.part(part, 'finish');
    await desk.done('决定准予');
  });
  await asStaff(world, project, 'issuer', async ({ queue }) => {
    const desk = await queue.openCase(number);
    await desk.done('出具结果');
  });
}
