// 财政统一支付平台: by the 缴款码, on whatever device, with or without scripts; paid once.
import assert from 'node:assert/strict';
import { billed } from '../lib/bills.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { BillPage } from '../pages/index.mjs';

const world = useWorld();
const BY_NUMBER = /^用缴款码到财政统一支付平台缴/;

journey('[D5] a bill is paid by its number on the treasury’s page', world, async ({ visitor }) => {
  const { owner, bill } = await billed(visitor.world);
  await visitor.context.addCookies(owner.browserCookies());
  const page = new BillPage(visitor);
  await page.open(`/bills/${bill}`);
  await page.says('90.00', '缴款码会自动填好');
  // Another provider was tried before: its order is closed when this one is opened.
  const { location } = await owner.post(`/bills/${bill}/pay`, { provider: 'wechat' });
  await page.open(`/bills/${bill}`);
  await page.main.getByText('还没有付，继续缴费').click();
  const cancelled = await (await page.toCashier(BY_NUMBER)).cancel();
  await cancelled.says('如果您已经付了钱');
  assert.match(await (await fetch(location, { redirect: 'manual' })).text(), /已被商户关闭/);

  await cancelled.main.getByText('还没有付，继续缴费').click();
  const cashier = await cancelled.toCashier(BY_NUMBER);
  assert.equal(await cashier.amountFen(), 9000);
  const number = await cashier.page.locator('[data-bill-number]').getAttribute('data-bill-number');
  assert.match(number, /^\d{20}$/);
  await (await cashier.pay()).paid();
  // The platform was told that its notification has arrived.
  const told = await (await fetch(`${world.world.sandbox.url}/wechat/notifications`)).json();
  assert.ok(told.some(({ provider, acknowledged }) => provider === 'treasury' && acknowledged), JSON.stringify(told));
  const again = await owner.post(`/bills/${bill}/pay`, { provider: 'treasury' });
  assert.match(again.location, /say=bill\.paid/);
}, { timeout: 180_000 });
