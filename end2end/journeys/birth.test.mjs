// 出生登记: a person, free of charge, decided at once. The whole way, on every device.
import assert from 'node:assert/strict';
import { disguised, empty, smallPhoto } from '../lib/files.mjs';
import { CODES, birth, signAndSubmit, uploadAll } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { masked, miswritten } from '../lib/people.mjs';
import {
  CasePage, GuidePage, SignInPage, TrackPage, VerifyPage, asStaff, assertCaseNumber,
} from '../pages/index.mjs';

const world = useWorld();

journey('[C5] [C11] [M3] [D1] [D2] [D13] [I1] [H12] birth registration from guide to result', world, async ({ visitor, project, world }) => {
  const filing = birth();
  // Answers that miss at once are 422, which the browser notes as an error.
  visitor.allow(/status of 422/);

  const guide = await new GuidePage(visitor).visit(filing.slug);
  await guide.check('birth-guide');
  const question = await guide.start();
  await question.check('birth-question');
  await question.next();
  assert.equal((await question.errors()).length, project.view === 'desk' ? Object.keys(filing.answers).length : 1, 'what is not answered is named');
  await question.check('birth-question-missing');

  const outcome = await question.answer(filing.answers);
  await outcome.says('可以办理', '不收费', '结婚证');
  await outcome.saysNot('亲子鉴定证明', '非婚生育说明');
  await outcome.check('birth-outcome');

  const form = await outcome.toForm();
  await form.says('还没有登录');
  await form.check('birth-form');
  await wrongFirst(form, filing);
  await form.fill(filing.form.child);
  await form.next();
  await form.fill({ ...filing.form.applicant, applicant_phone: '12345' });
  await form.next();
  assert.deepEqual((await form.errors()).map((e) => e.href), ['#f-applicant_phone']);
  await form.fill(filing.form.applicant);
  await form.next();
  await form.fill({ ...filing.form.household, parent_id: miswritten(filing.form.household.parent_id) });
  await form.next();
  assert.match((await form.errors())[0].text, /写错|日期/, 'the check digit is looked at');
  const materials = await form.fillAll({ household: filing.form.household, other_parent: filing.form.other_parent });

  await findings(materials, filing);
  const report = await materials.toReport();
  assert.deepEqual(await report.must(), []);
  await report.check('birth-report');
  const sign = await report.toSign();
  await sign.says('签名前请先登录', masked(filing.form.household.parent_id));
  await sign.check('birth-sign-guest');
  await sign.follow('去登录');
  await new SignInPage(visitor).check('sign-in');
  await wrongCode(visitor, filing.phone);
  assert.match(sign.path, /^\/apply\/.*\/sign/, 'back where one was');
  await sign.says('王𬀩小满', masked(filing.form.household.parent_id));

  await sign.sign('王建国', { agree: false });
  assert.deepEqual((await sign.errors()).map((e) => e.href), ['#f-agreed']);
  await sign.check('birth-sign');
  const receipt = await signAndSubmit(visitor, filing, { write: true });
  await receipt.says('提交成功');
  const filed = await receipt.numbers();
  assertCaseNumber(filed.number, CODES.birth);
  await receipt.downloadPdf(await receipt.pdf());
  await receipt.check('birth-receipt');
  await world.sandbox.message(filing.phone, new RegExp(filed.tracking.replace('-', '-?')));

  await track(visitor, filed, filing.phone);
  await decide(world, project, filed);

  const mine = await new CasePage(visitor).visit(filed.id);
  await mine.says('已经办好', '出生登记办理结果通知书');
  await mine.check('birth-case');
  const [result] = await mine.documents('出生登记办理结果通知书');
  await mine.downloadPdf(result);
  await verify(visitor, mine);
}, { timeout: 180_000 });

/** All errors at once, each leading to its field; what was typed is still there. */
async function wrongFirst(form, filing) {
  if (form.visitor.project.care) return oneWrongFirst(form);
  const wrong = { child_name: '王小满2', child_birth_date: '2999-01-01', birth_certificate_no: '12345', child_birth_place: '示例县人民医院' };
  await form.fill(wrong);
  await form.next();
  const errors = await form.errors();
  for (const name of ['child_name', 'child_sex', 'child_ethnicity', 'child_birth_date', 'birth_certificate_no', 'birth_certificate_date']) {
    assert.ok(errors.some((e) => e.href === `#f-${name}`), `${name} is in the list: ${JSON.stringify(errors)}`);
  }
  assert.ok(!errors.some((e) => e.href === '#f-child_birth_place'), 'what is right is not scolded');
  assert.ok(await form.errorsFocused(), 'the list has the focus');
  assert.match(await form.errorAt('child_name'), /数字/);
  assert.match(await form.errorAt('birth_certificate_no'), /字母/);
  const kept = await form.values(Object.keys(wrong));
  assert.deepEqual(kept, wrong, 'what was typed is kept');
  await form.check('birth-form-errors');
}

/** 长辈版 asks one thing at a time, so it also scolds for one thing at a time. */
async function oneWrongFirst(form) {
  await form.says('第 1 题，共');
  assert.equal(await form.field('child_sex').count(), 0, 'one question');
  await form.fill({ child_name: '王小满2' });
  await form.next();
  assert.deepEqual((await form.errors()).map((e) => e.href), ['#f-child_name']);
  assert.match(await form.errorAt('child_name'), /数字/);
  assert.deepEqual(await form.values(['child_name']), { child_name: '王小满2' });
  await form.check('birth-form-errors');
}

/** Empty file, wrong type, too few pixels, the same file twice; then the right ones. */
async function findings(materials, filing) {
  await materials.check('birth-materials');
  assert.deepEqual(await materials.slots(), Object.keys(filing.files));
  await materials.upload('birth_certificate', empty(), disguised());
  const found = (await materials.findings('birth_certificate')).join('\n');
  assert.match(found, /必须改/, `an empty and a disguised file must be changed: ${found}`);
  assert.match(found, /空/);
  await materials.check('birth-materials-findings');
  for (const name of ['空.jpg', '其实是文字.jpg']) {
    if ((await materials.files('birth_certificate')).includes(name)) await materials.remove('birth_certificate', name);
  }
  await materials.upload('birth_certificate', await smallPhoto('小照片'));
  assert.match((await materials.findings('birth_certificate')).join('\n'), /建议改/);
  await materials.remove('birth_certificate', '小照片.jpg');
  assert.deepEqual(await materials.files('birth_certificate'), []);

  const early = await materials.toReport();
  assert.equal((await early.must()).length, 4, 'every missing material at once');
  assert.ok(await early.blocked(), 'no signing while something must be mended');
  await early.check('birth-report-open');
  const shown = await early.visitor.page.goto(`/apply/${early.draft}/sign`);
  assert.equal(shown.status(), 200);
  assert.match(early.path, /\/report$/, 'the server leads back to the report');
  await early.visit(early.draft, '/materials');
  await uploadAll(materials, filing.files);
  assert.deepEqual(await materials.files('household_register'), ['户口簿首页.jpg', '户口簿母亲页.jpg']);
  await materials.check('birth-materials-done');
}

async function wrongCode(visitor, phone) {
  const page = new SignInPage(visitor);
  await page.askCode('123');
  assert.deepEqual((await page.errors()).map((e) => e.href), ['#f-phone']);
  await page.askCode(phone);
  const right = await visitor.world.sandbox.code(phone);
  await page.enterCode(right === '000000' ? '111111' : '000000');
  assert.match((await page.errors())[0].text, /验证码不对/);
  await page.check('sign-in-code-wrong');
  await page.enterCode(right);
}

async function track(visitor, { tracking, number }, phone) {
  const page = await new TrackPage(visitor).visit();
  await page.check('track');
  await page.find(tracking.slice(0, -1) + (tracking.endsWith('2') ? '3' : '2'), phone.slice(-4));
  assert.equal((await page.errors()).length, 1, 'a miswritten code is noticed');
  await page.find(tracking.toLowerCase().replace('-', ' '), phone.slice(-4));
  await page.says(number, '已收到', '这一步最迟在');
  await page.saysNot('王𬀩小满', '李秀英');
  await page.check('track-result');
}

/** One authorised person may do all three steps of an 即办件. */
async function decide(world, project, { number }) {
  await asStaff(world, project, 'allround', async ({ queue }) => {
    await queue.check('desk-queue');
    const desk = await queue.openCase(number);
    await desk.says('王𬀩小满', '预检没有发现问题');
    await desk.check('desk-case');
    await desk.done('受理');
    await desk.done('决定准予');
    await desk.done('出具结果');
    await desk.check('desk-case-done');
  });
}

async function verify(visitor, mine) {
  const codes = await mine.verifyCodes();
  assert.ok(codes.length >= 3, 'receipt, acceptance and result can be verified');
  const page = await new VerifyPage(visitor).visit();
  await page.check('verify');
  await page.find(codes[0]);
  await page.says('核验通过');
  await page.saysNot('王建国', '李秀英');
  await page.check('verify-found');
  visitor.allow(/status of 404/);
  await page.page.goto('/verify/AAAAAAAAAAAA');
  assert.equal(visitor.status, 404);
  await page.says('没有找到这个核验码');
}
