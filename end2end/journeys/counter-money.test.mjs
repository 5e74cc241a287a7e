// 窗口收款, 请别人代付 and 缴费记录: confirmed by a second person, paid by somebody without an account, found again.
import assert from 'node:assert/strict';
import { Visitor } from '../lib/browser.mjs';
import { Client } from '../lib/client.mjs';
import { property } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';
import { BasePage } from '../pages/base.mjs';
import { BillPage, CashierPage, DeskSignInPage, PayLinkPage, TakingsPage } from '../pages/index.mjs';

const world = useWorld();

/** Somebody who owes 90 yuan, their bill and what must not be seen of them. */
async function billed(town) {
  const sale = property();
  const [owner, seller, clerk] = await Promise.all([
    new Client(town).signIn(phone()), new Client(town).signIn(sale.sellerPhone), new Client(town).staff('clerk'),
  ]);
  const house = await owner.file(sale);
  const receipt = await owner.get(`/cases/${house.id}/receipt`);
  await seller.post(receipt.text.match(/\/join\/[\w-]+/)[0], { agreed: 'yes', name: sale.seller });
  const version = (await clerk.get(`/desk/cases/${house.id}`)).text.match(/name="version" value="(\d+)"|value="(\d+)"[^>]*name="version"/);
  await clerk.post(`/desk/cases/${house.id}/accept`, { version: version[1] ?? version[2] });
  const bill = (await owner.get(`/cases/${house.id}`)).text.match(/\/bills\/([0-9a-f-]{36})/)[1];
  const number = (await owner.get(`/bills/${bill}`)).text.match(/\b\d{20}\b/)[0];
  return { owner, bill, number, sale, case: house.id };
}

async function asOwner(visitor, { owner, bill }) {
  await visitor.context.addCookies(owner.browserCookies());
  const page = new BillPage(visitor);
  await page.open(`/bills/${bill}`);
  return page;
}

async function atDesk(town, project, username) {
  const visitor = await Visitor.open(town, project);
  await new DeskSignInPage(visitor).signIn(username);
  return { visitor, page: new TakingsPage(visitor) };
}

const some = { only: ({ name }) => Boolean(process.env.ONEVISIT_LONG) || ['phone-js', 'phone-plain'].includes(name), timeout: 180_000 };

journey('[D5] money taken at a window counts once a second person has confirmed it', world, async ({ visitor, project, world: town }) => {
  const owed = await billed(town);
  const slip = `SJ-${Date.now()}`;
  const clerk = await atDesk(town, project, 'clerk');
  await clerk.page.visit(owed.number);
  await clerk.page.says('90.00', owed.number);
  await clerk.page.check('desk-takings');
  await clerk.page.record('counter_cash', slip);
  await clerk.page.says('记下了', slip, '等另一个人确认');
  assert.ok(!(await clerk.page.mayConfirm(slip)), 'whoever recorded it does not confirm it');

  const bill = await asOwner(visitor, owed);
  await bill.says('窗口已经收了您的钱，正在核对', '不用再付');
  assert.equal(await bill.main.getByRole('button', { name: /缴 90/ }).count(), 0);
  await bill.check('bill-at-window');

  const treasurer = await atDesk(town, project, 'treasurer');
  await treasurer.page.visit();
  await treasurer.page.confirm(slip);
  await treasurer.page.says('处理好了', '已确认');
  await bill.open(`/bills/${owed.bill}`);
  await bill.says('已经缴好了', '看缴款回单');
  // The invoice comes as soon as its platform has answered.
  for (let i = 0; i < 40 && !/号码 \d{10}/.test(await bill.main.innerText()); i += 1) {
    await bill.page.waitForTimeout(250);
    await bill.open(`/bills/${owed.bill}`);
  }
  await bill.says(/财政电子票据/, /校验码 \w{6}/);

  // It goes back by hand, by two persons.
  await owed.owner.post(`/cases/${owed.case}/withdraw`, { sure: 'yes' });
  await bill.open(`/bills/${owed.bill}`);
  await bill.says('请您来窗口领');
  await treasurer.page.visit();
  await treasurer.page.handBack(owed.number, `TK${slip}`);
  const cashier = await atDesk(town, project, 'cashier');
  await cashier.page.visit();
  await cashier.page.confirm(`TK${slip}`);
  await bill.open(`/bills/${owed.bill}`);
  await bill.says('窗口已经退给您');
  for (const desk of [clerk, treasurer, cashier]) await desk.visitor.close();
}, some);

journey('[D5] somebody without an account pays by a link and learns nothing of whose bill it is', world, async ({ visitor, project, world: town }) => {
  const owed = await billed(town);
  const bill = await asOwner(visitor, owed);
  await bill.press('做一个代付链接');
  const link = await bill.main.getByRole('link', { name: /\/pay\/[0-9a-f]{32}/ }).innerText();
  await bill.check('bill-link');

  const friend = await Visitor.open(town, project);
  const page = await new PayLinkPage(friend).visit(link);
  const answer = await new Client(town).get(new URL(link).pathname);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('referrer-policy'), 'strict-origin-when-cross-origin');
  await page.says('90.00', '收款单位', '不认识发链接的人，不要付');
  for (const secret of [owed.number, owed.sale.seller, owed.sale.signer]) assert.ok(!answer.text.includes(secret), secret);
  await page.check('pay-link');

  const ways = new BillPage(friend);
  await ways.choose(/^用微信支付缴/);
  await new CashierPage(friend).pay();
  const after = new BasePage(friend);
  for (let i = 0; i < 40 && !/已经缴好了/.test(await after.main.innerText()); i += 1) {
    await friend.page.waitForTimeout(250);
    await after.open(new URL(link).pathname);
  }
  await after.says('已经缴好了，谢谢您');
  await after.saysNot('90.00', '缴款回单（PDF）');
  await after.check('pay-link-paid');

  // The owner finds it among their bills, with the slip.
  await bill.open('/mine');
  await bill.follow('缴费记录');
  await bill.says('已缴', '90.00', owed.number, '看缴款回单');
  await bill.check('bills');
  const slip = await bill.main.getByRole('link', { name: /看缴款回单/ }).first().getAttribute('href');
  assert.match((await owed.owner.get(slip)).text, /^%PDF/);
  await friend.close();
}, some);

journey('[D5] a link that was withdrawn opens nothing', world, async ({ visitor, world: town }) => {
  const owed = await billed(town);
  const bill = await asOwner(visitor, owed);
  await bill.press('做一个代付链接');
  const link = await bill.main.getByRole('link', { name: /\/pay\/[0-9a-f]{32}/ }).innerText();
  await bill.press('收回链接');
  await bill.says('做一个代付链接');
  assert.equal((await new Client(town).get(new URL(link).pathname)).status, 404);
}, some);
