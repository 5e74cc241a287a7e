// 容缺后补 and 告知承诺: a material that comes later, a promise in place of a proof, its check, and what follows
// when it was broken.
import assert from 'node:assert/strict';
import { pdf, photo } from '../lib/files.mjs';
import { fill, food, signAndSubmit } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { creditCode, phone } from '../lib/people.mjs';
import { CasePage, FollowUpsPage, MaterialsPage, OwedPage, asStaff } from '../pages/index.mjs';

const world = useWorld();
const long = { timeout: 240_000 };

let firms = 10_000;

/** A hairdresser asks for a hygiene licence; every filing is of another firm. */
function hygiene(applicantPhone = phone(), code = creditCode(`92539999MA6K${(firms += 1)}`)) {
  return {
    slug: 'public-place-hygiene',
    phone: applicantPhone,
    signer: '王小满',
    answers: { place_kind: 'beauty', has_licence: 'yes', stage: 'new', central_air: 'no' },
    form: {
      firm: {
        firm_name: '示例县城关镇小满理发店', firm_uscc: code, legal_representative: '王小满',
        applicant_name: '李秀英', applicant_phone: applicantPhone,
      },
      place: { premises_address: '示例县城关镇示范路 16 号 1 楼', shop_area: '60', service_items: '理发、美容' },
      hygiene: { hygiene_manager: '李秀英', staff_count: '4', disinfection: '毛巾洗净后放消毒柜' },
    },
  };
}

async function finish(visitor, filing) {
  const report = await new MaterialsPage(visitor).toReport();
  assert.deepEqual(await report.must(), []);
  await report.check(`promises-report-${filing.slug}`);
  await report.toSign();
  return (await signAndSubmit(visitor, filing)).numbers();
}

journey('[M4] a material comes later, under a promise, by the day that the acceptance names', world, async ({ visitor, project, world }) => {
  // Not ticked, not signed: shown again with what is missing.
  visitor.allow(/status of 422/);
  const filing = food();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await materials.upload('business_licence', await photo('营业执照'));
  await materials.upload('floor_plan', await photo('平面图'));
  assert.match(await materials.said('safety_rules'), /受理后 5 个工作日内补交/);
  const later = await materials.toLater('safety_rules');
  await later.says('我承诺在受理后 5 个工作日内补交', '不予批准');
  await later.check('promises-later');
  await later.sign('王建国', { agree: false });
  assert.equal((await later.errors()).length, 1, 'nothing is promised without the tick');
  await later.sign('王建国');
  assert.match(await materials.said('safety_rules'), /以后补交/);
  const filed = await finish(visitor, filing);
  const mine = new OwedPage(visitor);
  await mine.visit(filed.id);
  await mine.says('受理后 5 个工作日内');

  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(filed.number);
    assert.deepEqual(await desk.judged(), ['business_licence', 'floor_plan'], 'no fault is found with what has not come');
    await desk.done('受理');
    await desk.says('待补交', '还有材料没补来或没看');
  });
  await mine.visit(filed.id);
  await mine.says('请补交材料', '不算在办理时限里', '暂停计时');
  await mine.check('promises-owed');
  await mine.upload('safety_rules', await pdf('食品安全管理制度'));
  await mine.handIn('safety_rules');
  await mine.says('补交好了');

  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(filed.number);
    await desk.check('promises-desk-owed');
    await desk.returnOwed('safety_rules', ['signed']);
  });
  await mine.visit(filed.id);
  await mine.says('还有地方要改');
  await mine.upload('safety_rules', await pdf('签了名的食品安全管理制度'));
  await mine.handIn('safety_rules');
  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(filed.number);
    await desk.meetOwed('safety_rules');
    await desk.says('已补齐');
  });
  await asStaff(world, project, 'approver', async ({ queue }) => {
    await (await queue.openCase(filed.number)).done('决定准予');
  });
  await mine.visit(filed.id);
  await mine.says('合格');
}, long);

journey('[M5] [I5] complete and promised is decided on the spot, checked, and barred when it was broken', world, async ({ visitor, project, world }) => {
  // Not ticked, not signed: shown again with what is missing.
  visitor.allow(/status of 422/);
  const filing = hygiene();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await materials.upload('business_licence', await photo('营业执照'));
  await materials.upload('floor_plan', await photo('平面图'));
  await materials.upload('hygiene_rules', await pdf('卫生管理制度'));
  assert.match(await materials.said('test_report'), /两种办法，由您自己选/);
  const promise = await materials.toPromise('test_report');
  await promise.says('一、告诉您什么', '二、要做到什么', '不实', '核查', '没有人可以强迫您');
  await promise.check('promises-letter');
  await promise.back();
  await materials.toPromise('test_report');
  await promise.sign('王小满');
  assert.match(await materials.said('test_report'), /已承诺/);
  const filed = await finish(visitor, filing);

  await asStaff(world, project, 'allround', async ({ queue }) => {
    const desk = await queue.openCase(filed.number);
    await desk.says('当场决定', '不能再要这份材料');
    await desk.check('promises-desk');
    await desk.done('受理');
    await desk.done('决定准予');
  });
  const mine = new CasePage(visitor);
  await mine.visit(filed.id);
  await mine.says('以前核查');
  const [letter] = await mine.documents('公共场所卫生许可告知承诺书');
  await mine.downloadPdf(letter);

  await asStaff(world, project, 'approver', async ({ visitor: staff }) => {
    const page = new FollowUpsPage(staff);
    await page.visit();
    await page.check('promises-follow-ups');
    await page.record(filed.number, '没有消毒柜', '不实');
  });
  await mine.visit(filed.id);
  await mine.says('核查不实', '不等于撤销决定');
  const [told] = await mine.documents('承诺不实告知书');
  await mine.downloadPdf(told);
  await mine.check('promises-broken');

  // The same firm asks again: the paper is open, the promise is not.
  await fill(visitor, hygiene(filing.phone, filing.form.firm.firm_uscc));
  assert.match(await materials.said('test_report'), /因承诺不实记录，暂不能用承诺方式，请提交材料/);
  await materials.check('promises-barred');

  await asStaff(world, project, 'approver', async ({ visitor: staff }) => {
    const page = new FollowUpsPage(staff);
    await page.visit();
    await page.askRepair(filed.number, '已经装了消毒柜，看过了');
    await page.says('请另一个人核对');
  });
  await asStaff(world, project, 'allround', async ({ visitor: staff }) => {
    const page = new FollowUpsPage(staff);
    await page.visit();
    await page.agreeRepair(filed.number);
  });
  await materials.visit(materials.draft, '/materials');
  assert.match(await materials.said('test_report'), /两种办法，由您自己选/);
}, long);
