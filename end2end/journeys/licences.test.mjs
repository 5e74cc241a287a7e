// 电子证照 in place of paper: consent, slots that fill by themselves, verified data at the desk, the store down.
import assert from 'node:assert/strict';
import { photo } from '../lib/files.mjs';
import { birth, fill, signAndSubmit } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';
import { CasePage, MaterialsPage, asStaff, signIn } from '../pages/index.mjs';

const world = useWorld();
const CARD = '1100000000001366XA001';
const REGISTER = '1100000000001366XA002';
const MARRIAGE = '1100000000001302XB001';

/** The mother files; the store has her licences under her phone, the marriage certificate has run out. */
async function mother(world) {
  const filing = birth(phone());
  filing.form.applicant = { ...filing.form.applicant, applicant_name: '李秀英', applicant_relation: 'mother' };
  filing.signer = '李秀英';
  const number = filing.form.household.parent_id;
  const licence = (type_code, more) => ({ type_code, number, issuer: '示例县公安局', ...more });
  await world.sandbox.licences({
    name: '李秀英', number, phone: filing.phone,
    licences: [
      licence(CARD, { valid_until: '2040-05-06', data: { name: '李秀英', ethnicity: '汉族' } }),
      licence(REGISTER, { data: { address: '示例县城关镇示范路 8 号' } }),
      licence(MARRIAGE, { valid_until: '2020-01-01' }),
    ],
  });
  return filing;
}

journey('[M1] [M2] licences fill the slots with one consent, and the desk sees verified data', world, async ({ visitor, project, world }) => {
  const filing = await mother(world);
  await signIn(visitor, filing.phone, '/');
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await materials.says('可以不同意', '撤回');
  await materials.check('licences-consent');
  await materials.askLicences({ agree: false });
  assert.equal((await materials.errors()).length, 1, 'nothing is asked without consent');
  await materials.askLicences();
  await materials.says('已用电子证照办好 2 份材料');
  assert.match(await materials.said('parent_id_card'), /免提交[\s\S]*电子证照库/);
  assert.match(await materials.said('marriage_certificate'), /用电子证照/);
  await materials.check('licences-filled');

  // What has run out fills nothing: the file goes up as ever. What is filled can be changed to a file.
  await materials.pressIn('marriage_certificate', '用电子证照');
  assert.match((await materials.errors())[0].text, /没有查到可用的证照/);
  await materials.upload('marriage_certificate', await photo('结婚证'));
  await materials.pressIn('household_register', '改为上传文件');
  await materials.upload('household_register', await photo('户口簿首页'));
  await materials.upload('birth_certificate', await photo('出生医学证明'));
  const report = await materials.toReport();
  assert.deepEqual(await report.must(), []);
  await report.toSign();
  const filed = await (await signAndSubmit(visitor, filing)).numbers();

  const mine = await new CasePage(visitor).visit(filed.id);
  await mine.check('licences-case');
  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(filed.number);
    await desk.says('已由电子证照库核验，不是扫描件', '民族', '汉族', '有效期至', '核验时间');
    await desk.check('licences-desk');
    await desk.verdict('parent_id_card', 'ok');
  });
}, { timeout: 240_000 });

journey('[M2] a store that is down costs nothing but a sentence', world, async ({ visitor, world }) => {
  const filing = await mother(world);
  await signIn(visitor, filing.phone, '/');
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await world.sandbox.faults({ licences: 'error_500' });
  try {
    await materials.askLicences();
  } finally {
    await world.sandbox.faults({});
  }
  assert.match((await materials.errors())[0].text, /现在没有答复/);
  await materials.upload('parent_id_card', await photo('身份证正面'));
  await materials.press('再查一次');
  await materials.says('已用电子证照办好 1 份材料');
});
