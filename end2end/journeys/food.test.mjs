// 食品经营许可: a firm; questions that end kindly, one correction notice, on-site check, expert review.
import assert from 'node:assert/strict';
import { photo } from '../lib/files.mjs';
import { CODES, file, food } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { CasePage, GuidePage, QuestionPage, asStaff, assertCaseNumber } from '../pages/index.mjs';

const world = useWorld();
const desks = { only: ({ view }) => Boolean(process.env.ONEVISIT_LONG) || view === 'desk', timeout: 180_000 };

journey('[C11] who sells only prepacked food is told kindly that a filing is enough', world, async ({ visitor }) => {
  const start = async (answers) => {
    const guide = await new GuidePage(visitor).visit('food-licence');
    await guide.start();
    // The open draft is offered again: its first question may be answered anew.
    const question = new QuestionPage(visitor);
    await question.visit(question.draft, '/questions/business');
    return question.answer(answers);
  };
  const outcome = await start({ business: 'prepacked', has_licence: 'yes', stage: 'new', made_on_site: 'no' });
  await outcome.says('您不用办许可，备案就可以', '不收费', '0000-8800201');
  assert.equal(await outcome.main.getByRole('link', { name: '开始填写' }).count(), 0, 'nothing to fill');
  await outcome.check('food-prepacked');
});

journey('[C11] [C12] [C14] [H1] [H7] [M6] [M9] [D7] a firm gets its food licence', world, async ({ visitor, project, world }) => {
  const filing = food();
  const guide = await new GuidePage(visitor).visit(filing.slug);
  await guide.says('现场勘验', '这段时间计入办理时限', '专家评审', '这段时间不计入办理时限', '行政许可法第四十五条');
  await guide.check('food-guide');
  const filed = await file(visitor, filing);
  assertCaseNumber(filed.number, CODES.food);

  await notice(world, project, filed, filing);
  await answerNotice(visitor, filed);
  await acceptance(world, project, filed);
  await procedures(world, project, visitor, filed);

  await asStaff(world, project, 'issuer', async ({ queue }) => {
    const desk = await queue.openCase(filed.number);
    assert.deepEqual(await desk.possible(), ['出具结果'], 'hand-over is a role of its own');
    await desk.done('出具结果');
  });
  const mine = await new CasePage(visitor).visit(filed.id);
  await mine.says('已经办好', '现场勘验', '专家评审');
  await mine.check('food-case-done');
  const [decision] = await mine.documents('准予食品经营许可决定书');
  await mine.downloadPdf(decision);
  const [accepted] = await mine.documents('受理通知书');
  await mine.downloadPdf(accepted);
}, desks);

/** Every defect in one notice, built from the verdicts; only what the guide publishes can be asked for. */
async function notice(world, project, { number }, { phone }) {
  const after = await world.sandbox.count(phone);
  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(number);
    assert.deepEqual(await desk.judged(), ['business_licence', 'floor_plan', 'safety_rules']);
    await desk.verdict('business_licence', 'ok');
    await desk.verdict('floor_plan', 'flow', '缺少出餐口');
    await desk.verdict('safety_rules', 'ok');
    await desk.check('desk-verdicts');
    await desk.says('1 份材料不合格，不能受理');
    await desk.done('发一次性补正告知书');
    await desk.says('要等申请人补正后才能继续');
  });
  await world.sandbox.message(phone, /补正/, { after });
}

async function answerNotice(visitor, { id }) {
  const mine = await new CasePage(visitor).visit(id);
  await mine.says('请补正材料');
  const [paper] = await mine.documents('补正告知书');
  await mine.downloadPdf(paper);
  await mine.check('food-case-correcting');
  const correction = await mine.toCorrection();
  assert.deepEqual(await correction.slots(), ['floor_plan'], 'only what the notice names is open');
  await correction.says('缺少出餐口', '已收下，不用再交', '营业执照');
  await correction.check('food-correction');
  await correction.upload('floor_plan', await photo('改好的平面图'));
  await correction.check('food-correction-done');
  const sent = await correction.send();
  await sent.says('补正的材料已经提交');
}

async function acceptance(world, project, { number }) {
  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(number);
    assert.deepEqual(await desk.judged(), ['floor_plan'], 'the rest is settled');
    assert.ok(!(await desk.possible()).includes('发一次性补正告知书'), 'there is no second notice');
    await desk.verdict('floor_plan', 'ok');
    await desk.done('受理');
    await desk.says('受理、审批、出件由不同的人办');
  });
}

/** The on-site check runs inside the limit, the review stops the clock. */
async function procedures(world, project, visitor, { number, id }) {
  const mine = new CasePage(visitor);
  await asStaff(world, project, 'approver', async ({ queue }) => {
    const desk = await queue.openCase(number);
    await desk.startSpecial('现场勘验');
    await mine.visit(id);
    await mine.says('现场勘验', /剩 \d+ 个工作日|今天到期/);
    await mine.saysNot('暂停计时');
    await desk.check('desk-special');
    await desk.act('保存结论并结束');
    await desk.says('请写明理由或结论');
    await desk.endSpecial('现场与平面图一致，符合要求。');
    await desk.startSpecial('专家评审');
    await mine.visit(id);
    await mine.says('暂停计时', '恢复计时后还有');
    await mine.check('food-case-paused');
    assert.ok(!(await desk.possible()).includes('准予'), 'no decision while the review runs');
    await desk.endSpecial('专家同意。');
    await mine.visit(id);
    await mine.saysNot('暂停计时。已用');
    await desk.done('决定准予');
    assert.ok(!(await desk.possible()).includes('出具结果'), 'who decides does not hand over');
  });
}
