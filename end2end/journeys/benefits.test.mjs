// 政策找人、惠企清单、免审即享: the list, consent, what fits and why, one step to the result.
import assert from 'node:assert/strict';
import { journey, useWorld } from '../lib/journey.mjs';
import { masked, phone, residentId } from '../lib/people.mjs';
import { BenefitsPage, CasePage, ClaimPage, MatchPage, signIn } from '../pages/index.mjs';

const world = useWorld();
let serial = 200;

/** Somebody of this age, born this day so many years ago; nobody else in this file has the number. */
function person(years) {
  serial += 2;
  const today = new Date();
  const day = `${today.getUTCFullYear() - years}0101`;
  return residentId(serial, day);
}

const payment = { bank_name: '示例农村商业银行', bank_account: '6200000000000000000', home_address: '示例县城关镇示范路 8 号' };

journey('[D11] a policy finds an old person, is claimed in one step and granted by its rules', world, async ({ visitor }) => {
  // What misses in a claim is 422, which the browser notes as an error.
  visitor.allow(/status of 422/);
  const list = await new BenefitsPage(visitor).visit();
  assert.ok((await list.titles()).length >= 8);
  await list.says('高龄津贴（免审即享）', '「年龄（周岁）」至少为 80', '老年人权益保障法');
  await list.check('benefits');
  await list.follow('给企业的');
  assert.ok((await list.titles()).length >= 4);
  await list.says('小微企业免收不动产登记费');

  const number = phone();
  await signIn(visitor, number, '/benefits/match?for=person');
  const match = new MatchPage(visitor);
  await match.says('可以不同意', '可以撤回', '第十四条');
  assert.equal(await match.agreed(), false, 'never ticked in advance');
  await match.saysNot('不适合');
  await match.check('benefits-match');

  const id = person(83);
  await visitor.world.sandbox.person({ name: '王德福', id });
  await match.tell({ resident_id: id, household_in_county: 'yes', living_subsidy: 'no', hardship: 'no' });
  await match.save();
  assert.deepEqual((await match.errors()).map((e) => e.href), ['#f-agreed'], 'nothing without consent');
  assert.equal((await match.titles('fits')).length, 0);
  await match.check('benefits-match-refused');

  assert.equal(await match.page.locator('#f-resident_id').inputValue(), id, 'what was typed is shown again, not kept');
  await match.agree();
  await match.save();
  assert.deepEqual(await match.titles('fits'), ['高龄津贴（免审即享）']);
  assert.match(await match.about('elder-allowance'), /「年龄（周岁）」至少为 80；「户口」是“在示例县”/);
  assert.match(await match.about('temporary-relief'), /没有做到/);
  assert.match(await match.about('resident-medical'), /还缺：现在的医保/);
  await match.check('benefits-match-found');

  const claim = await match.claim('申领：高龄津贴（免审即享）');
  await claim.says(masked(id), '从身份证号里算出来的', '您登录的手机号', '点了就会马上决定', '户籍登记');
  await claim.saysNot(id);
  await claim.check('benefits-claim');
  await claim.fill({ ...payment, bank_account: '', name: '王德福' });
  await claim.confirm({ agree: false });
  assert.deepEqual((await claim.errors()).map((e) => e.href), ['#f-bank_account', '#f-agreed']);
  assert.deepEqual(await claim.values(['bank_name', 'name']), { bank_name: payment.bank_name, name: '王德福' }, 'what was typed is kept');
  await claim.check('benefits-claim-errors');
  await claim.fill(payment);
  const receipt = await claim.confirm();
  const { id: filed } = await receipt.numbers();

  const mine = await new CasePage(visitor).visit(filed);
  await mine.says('免审即享，已作出决定', '符合（按身份证号算出）', '符合（户籍登记核对）', '高龄津贴审核通知书');
  const [result] = await mine.documents('高龄津贴审核通知书');
  await mine.downloadPdf(result);
  await mine.check('benefits-case');

  await new ClaimPage(visitor).open('/benefits/elder-allowance/claim');
  await claim.says('您已经申领过');
  await claim.follow('看这个办件');
  assert.match(claim.path, new RegExp(`^/cases/${filed}`), 'no second case');

  await match.visit();
  await match.press('撤回同意');
  await match.says('已经撤回同意');
  assert.equal(await match.page.locator('#f-resident_id').inputValue(), '', 'what was told is deleted');
  await match.saysNot(id);
}, { timeout: 180_000 });

journey('[D11] who is 79 is told why not, and a firm sees what fits it', world, async ({ visitor }) => {
  await signIn(visitor, phone(), '/benefits/match?for=person');
  const match = new MatchPage(visitor);
  await match.tell({ resident_id: person(79), household_in_county: 'yes', living_subsidy: 'no' });
  await match.agree();
  await match.save();
  assert.match(await match.about('elder-allowance'), /这一条没有做到：「年龄（周岁）」至少为 80。/);
  await new ClaimPage(visitor).open('/benefits/elder-allowance/claim');
  await match.says('现在还不能申领', '「年龄（周岁）」至少为 80');
  await match.check('benefits-claim-not-fit');

  await match.visit('firm');
  await match.tell({ small_firm: 'yes', buys_property: 'yes' });
  await match.agree();
  await match.save();
  assert.deepEqual(await match.titles('fits'), ['小微企业免收不动产登记费']);
  const claim = await match.claim('替我填好，去申请：小微企业免收不动产登记费');
  await claim.says('单位买入或接收的', '还要传材料');
  await claim.press('替我填好，去申请');
  assert.match(claim.path, /^\/apply\//, 'a filled-in draft');
});
