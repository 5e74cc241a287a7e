// 微信支付和支付宝: what works on this device, by a link or by a code; paid once.
import assert from 'node:assert/strict';
import { billed } from '../lib/bills.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { BillPage } from '../pages/index.mjs';

const world = useWorld();

/** The bill as its payer opens it on this device. */
async function opened(visitor) {
  const { owner, bill } = await billed(visitor.world);
  await visitor.context.addCookies(owner.browserCookies());
  const page = new BillPage(visitor);
  await page.open(`/bills/${bill}`);
  await page.says('90.00', '同一张缴款书只会收一次钱');
  return { page, owner, bill };
}

const onPhones = { only: ({ view }) => view !== 'desk', timeout: 180_000 };
const atDesks = { only: ({ view }) => view === 'desk', timeout: 180_000 };

journey('[D5] on a phone Alipay opens and the bill is paid', world, async ({ visitor }) => {
  const { page } = await opened(visitor);
  assert.equal(await page.main.getByRole('button', { name: /^用(微信支付|支付宝)缴/ }).count(), 2, 'both are named');
  assert.equal(await page.main.getByRole('button', { name: /扫码缴/ }).count(), 0, 'a phone does not scan itself');
  await page.check('bill-phone-ways');
  const cancelled = await (await page.toCashier(/^用支付宝缴/)).cancel();
  await cancelled.says('如果您已经付了钱');
  await cancelled.main.getByText('还没有付，继续缴费').click();
  const cashier = await cancelled.toCashier(/^用支付宝缴/);
  assert.equal(await cashier.amountFen(), 9000);
  await (await cashier.pay()).paid();
  // The provider was told so in the one word that it wants to read.
  const told = await (await fetch(`${world.world.sandbox.url}/wechat/notifications`)).json();
  assert.ok(told.some(({ provider, acknowledged }) => provider === 'alipay' && acknowledged), JSON.stringify(told));
}, onPhones);

/** Another phone scans the code and pays. */
async function scan(visitor, content) {
  const scanning = await visitor.context.newPage();
  await scanning.goto(content);
  assert.equal(await scanning.locator('[data-amount-fen]').getAttribute('data-amount-fen'), '9000');
  await scanning.getByRole('button', { name: '确认支付' }).click();
  await scanning.getByRole('heading', { name: '支付成功' }).waitFor();
  await scanning.close();
}

/** With scripts the page finds out by itself. */
async function foundOut(page, code, bill, project) {
  if (project.js) await page.main.getByText('已经缴好了').waitFor();
  else await code.askAgain();
  await page.paid();
  assert.match(page.path, new RegExp(`^/bills/${bill}`));
}

journey('[D5] at a desk a code is scanned with a phone', world, async ({ visitor, project }) => {
  const { page, bill } = await opened(visitor);
  await page.check('bill-desk-ways');
  const code = await page.toCode();
  assert.equal(code.path, `/bills/${bill}/code/alipay_code`);
  await code.says('打开手机里的支付宝', '扫一扫', '90.00');
  await code.check('bill-code');
  const content = await code.content();
  assert.match(content, /\/alipay\/code\/\w+$/);
  await code.page.reload();
  assert.equal(await code.content(), content, 'the same order has the same code');
  await scan(visitor, content);
  await foundOut(page, code, bill, project);
}, atDesks);

journey('[D5] at a desk WeChat’s code is scanned, whichever of its codes was shown', world, async ({ visitor, project }) => {
  const { page, bill } = await opened(visitor);
  const shown = await page.main.getByRole('button', { name: /缴 90\.00 元$/ }).allInnerTexts();
  assert.match(shown[0], /用微信扫码缴/, 'the codes come first');
  assert.match(shown[1], /用支付宝扫码缴/);
  const code = await page.toCode(/^用微信扫码缴/);
  assert.equal(code.path, `/bills/${bill}/code/wechat_native`);
  await code.says('打开手机里的微信', '扫一扫', '90.00');
  await code.check('bill-code-wechat');
  const first = await code.content();
  assert.match(first, /\/wechat\/code\/wx\w+$/);
  await code.page.reload();
  assert.notEqual(await code.content(), first, 'a fresh code for the same order');
  await scan(visitor, first);
  await foundOut(page, code, bill, project);
  // What is paid has no code any more.
  await page.open(`/bills/${bill}/code/wechat_native`);
  assert.match(page.path, new RegExp(`^/bills/${bill}(\\?|$)`));
}, atDesks);

journey('[D5] at a desk Alipay’s page takes the money after WeChat Pay was tried', world, async ({ visitor }) => {
  const { page, owner, bill } = await opened(visitor);
  const { location } = await owner.post(`/bills/${bill}/pay`, { provider: 'wechat' });
  assert.match(location, /\/wechat\/cashier\?/);
  await page.open(`/bills/${bill}`);
  await page.main.getByText('还没有付，继续缴费').click();
  const cashier = await page.toCashier(/^在电脑上用支付宝缴/);
  const back = await cashier.pay();
  await back.paid();
  // The other order was closed when this one was opened: its cashier takes nothing any more.
  const other = await fetch(location, { redirect: 'manual' });
  assert.match(await other.text(), /已被商户关闭/);
  const again = await owner.post(`/bills/${bill}/pay`, { provider: 'alipay_phone' });
  assert.match(again.location, /say=bill\.paid/);
}, atDesks);
