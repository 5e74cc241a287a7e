// 退款 and 对账: a paid fee goes back by itself when the applicant withdraws, and the payer follows it; a channel's
// bill that says otherwise than the book is repaired by two persons.
import { setTimeout as sleep } from 'node:timers/promises';
import { fill, property, signAndSubmit, uploadAll } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { Visitor } from '../lib/browser.mjs';
import { BillPage, CasePage, DeskSignInPage, JoinPage, MaterialsPage, MoneyPage, SignInPage, asStaff } from '../pages/index.mjs';

const world = useWorld();
const some = { only: ({ name }) => Boolean(process.env.ONEVISIT_LONG) || ['phone-js', 'phone-plain'].includes(name), timeout: 180_000 };

/** A day in China as forms take it. */
const day = (from = 0) => new Date(Date.now() + 8 * 3_600_000 + from * 86_400_000).toISOString().slice(0, 10);

async function filedAndAccepted(visitor, project, world) {
  const filing = property();
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await uploadAll(materials, filing.files);
  const report = await materials.toReport();
  await report.toSign();
  const receipt = await signAndSubmit(visitor, filing);
  const filed = { ...await receipt.numbers(), link: await receipt.partyLink() };
  const other = await Visitor.open(world, project);
  const join = new JoinPage(other);
  await join.visit(filed.link);
  await join.toSignIn();
  await new SignInPage(other).signIn(filing.sellerPhone);
  await join.confirm(filing.seller, { write: true });
  await other.close();
  await asStaff(world, project, 'clerk', async ({ queue }) => {
    const desk = await queue.openCase(filed.number);
    await desk.done('受理');
  });
  return { ...filing, ...filed };
}

/** The page anew until it says so. */
async function until(page, open, words) {
  for (let i = 0; i < 80; i += 1) {
    await open();
    if (words.test(await page.main.innerText())) return;
    await sleep(250);
  }
  await page.says(words);
}

journey('[D5] a paid fee goes back by itself after a withdrawal, and the payer follows it', world, async ({ visitor, project, world }) => {
  const filed = await filedAndAccepted(visitor, project, world);
  const mine = await new CasePage(visitor).visit(filed.id);
  await mine.follow(/^去缴费/);
  const bill = new BillPage(visitor);
  const cashier = await bill.toCashier();
  const paid = await cashier.pay();
  const address = paid.path.replace(/\?.*/, '');
  await until(paid, () => paid.open(address), /已经缴好了/);

  await world.sandbox.faults({ refund: 'pending' });
  await mine.visit(filed.id);
  await mine.withdraw();
  await mine.says('您已经撤回');
  await until(paid, () => paid.open(address), /已经交给支付平台退款/);
  await paid.says('这笔钱正在退给您', '您撤回了申请', '90.00');
  await paid.check('bill-refunding');

  await world.sandbox.settleRefunds();
  await until(paid, () => paid.open(address), /已经退给您了/);
  await paid.check('bill-refunded');
  await mine.visit(filed.id);
  await mine.says('已经原路退回');
  await world.sandbox.message(filed.phone, /原路退回/);
}, some);

journey("[D5] a channel's bill that says otherwise is repaired by two persons", world, async ({ visitor, project, world }) => {
  await new DeskSignInPage(visitor).signIn('treasurer');
  const money = await new MoneyPage(visitor).visit();
  await money.check('desk-money');
  await money.fetch(day(0));
  await money.says('今天的账要到明天');
  await world.sandbox.faults({ bill: 'extra_line' });
  await money.fetch(day(-1));
  await money.says('对账单取好了', '渠道有、账上没有', 'NOBODY0000000000');
  await money.check('desk-money-difference');
  if (await money.isOpen('NOBODY0000000000')) {
    await money.propose('NOBODY0000000000', '渠道误记，已联系渠道更正');
    await money.agree('NOBODY0000000000');
    await money.says('自己提出的，要另一个人来同意');
  }
  await asStaff(world, project, 'cashier', async ({ visitor: second }) => {
    const again = await new MoneyPage(second).visit();
    if (await again.isAsked('NOBODY0000000000')) {
      await again.agree('NOBODY0000000000');
      await again.says('记下了');
    }
    await again.says('已处理', '待查款（微信支付）');
    await again.follow('收费日报');
    await again.check('desk-report');
  });
}, some);
