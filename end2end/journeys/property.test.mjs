// 不动产转移登记: two parties, a fee, the cashier of the payment provider.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Visitor } from '../lib/browser.mjs';
import { CODES, fill, property, signAndSubmit, uploadAll } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';
import { BillPage, CasePage, JoinPage, MaterialsPage, SignInPage, asStaff, assertCaseNumber } from '../pages/index.mjs';

const world = useWorld();
const some = { only: ({ name }) => Boolean(process.env.ONEVISIT_LONG) || ['phone-js', 'phone-plain', 'care-js'].includes(name), timeout: 180_000 };

journey('[C11] [D5] [D13] [H1] [I1] two parties, a fee, one register entry', world, async ({ visitor, project, world }) => {
  const filing = property();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  assert.deepEqual(await materials.slots(), Object.keys(filing.files));
  await uploadAll(materials, filing.files);
  const report = await materials.toReport();
  await report.toSign();
  const receipt = await signAndSubmit(visitor, filing);
  await receipt.says('出让方');
  await receipt.check('property-receipt');
  const filed = { ...await receipt.numbers(), link: await receipt.partyLink() };
  assertCaseNumber(filed.number, CODES.property);

  await nothingBefore(world, project, filed);
  await otherPhone(world, project, filed);
  await confirm(world, project, filed, filing);
  await accept(world, project, filed);
  await pay(visitor, project, filed, filing);
  await finish(world, project, filed);

  const mine = await new CasePage(visitor).visit(filed.id);
  await mine.says('已经办好', '已缴', '已确认并签名');
  await mine.check('property-case-done');
  const [result] = await mine.documents('不动产转移登记办结通知书');
  await mine.downloadPdf(result);
}, some);

/** Without the other party's signature the office cannot go on. */
async function nothingBefore(world, project, { number }) {
  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(number);
    assert.ok(!(await desk.possible()).includes('受理'), 'no acceptance before the other party has signed');
  });
}

async function elsewhere(world, project, use) {
  const other = await Visitor.open(world, project);
  try {
    await use(other, new JoinPage(other));
  } catch (error) {
    await other.context.close();
    throw error;
  }
  await other.close();
}

/** The link alone opens nothing: neither without signing in nor with a phone that was not invited. */
async function otherPhone(world, project, { link }) {
  await elsewhere(world, project, async (visitor, join) => {
    await join.visit(link);
    await join.says('请先用您自己的手机号登录');
    await join.saysNot('示范路 8 号 2 幢', '王建国');
    await join.check('join-guest');
    await join.toSignIn();
    await new SignInPage(visitor).signIn(phone());
    assert.match(join.path, /^\/join\//);
    await join.says('这个手机号不对');
    await join.saysNot('示范路 8 号 2 幢');
    await join.check('join-other-phone');
    const forced = await visitor.context.request.post(new URL(link).pathname, {
      form: { agreed: 'yes', name: '王建国' }, headers: { origin: world.origin },
    });
    assert.match(await forced.text(), /和申请人填的不一样/, 'the server refuses it too');
    await join.press('退出，换手机号登录');
    assert.match(join.path, /^\/sign-in\?return=.*join/, 'the invitation is not lost');
  });
}

async function confirm(world, project, { link }, { sellerPhone, seller, signer }) {
  await world.sandbox.message(sellerPhone, /确认/);
  await elsewhere(world, project, async (visitor, join) => {
    await join.visit(link);
    await join.toSignIn();
    await new SignInPage(visitor).signIn(sellerPhone);
    await join.says('示范路 8 号 2 幢', '520000', '我同意把这处不动产转移给申请人');
    await join.check('join-sign');
    await join.confirm(signer);
    assert.match((await join.errors())[0].text, /姓名和申请人填的不一样/);
    await join.confirm(seller, { write: true });
    await join.says('您已经确认并签名');
    await join.check('join-done');
  });
}

async function accept(world, project, { number }) {
  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(number);
    await desk.done('受理');
    await desk.check('desk-property');
  });
}

/** Once by the browser; in one project the notification gets lost on the way. */
async function pay(visitor, project, { id }, { phone: payer }) {
  const lost = project.name === 'phone-plain';
  const mine = await new CasePage(visitor).visit(id);
  await mine.says('90.00');
  await mine.check('property-case-to-pay');
  await mine.follow(/^去缴费/);
  const bill = new BillPage(visitor);
  await bill.says('不动产登记费（住宅）', '证书工本费', '90.00', '发改价格规');
  await bill.check('bill');
  const cancelled = await (await bill.toCashier()).cancel();
  await cancelled.says('如果您已经付了钱');
  await cancelled.check('bill-cancelled');

  await bill.main.getByText('还没有付，继续缴费').click();
  const cashier = await bill.toCashier();
  assert.equal(await cashier.amountFen(), 9000);
  if (lost) await visitor.world.sandbox.faults({ notify: 'none', answer: 'error_500' });
  const back = await cashier.pay();
  if (lost) {
    await back.says('我已支付，重新查询');
    await back.check('bill-waiting');
    await visitor.world.sandbox.faults({});
    await back.askAgain();
  }
  for (let i = 0; i < 50 && !/已经缴好了/.test(await back.main.innerText()); i += 1) await sleep(100);
  await back.says('已经缴好了');
  await back.check('bill-paid');
  await visitor.world.sandbox.message(payer, /缴|费/);
}

async function finish(world, project, { number }) {
  await asStaff(world, project, 'approver', async ({ queue }) => {
    const desk = await queue.openCase(number);
    assert.ok(!(await desk.possible()).includes('准予'), 'no decision before the parts have ended');
    await desk.part('tax', 'finish', '契税已缴清');
    await desk.part('registration', 'finish');
    await desk.done('决定准予');
  });
  await asStaff(world, project, 'issuer', async ({ queue }) => {
    const desk = await queue.openCase(number);
    await desk.done('出具结果');
  });
  await asStaff(world, project, 'treasurer', async ({ queue }) => {
    assert.match(queue.path, /^\/desk\/bills/);
    await queue.says('90.00');
    await queue.check('desk-bills');
  });
}
