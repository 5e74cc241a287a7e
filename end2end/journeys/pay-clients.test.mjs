// The payment protocols with clients that others wrote, unmodified: npm's alipay-sdk and Python's wechatpayv3. The sandbox
// must take what they sign, they must verify what it signs, and what our own adapter signs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { AlipaySdk } from 'alipay-sdk';
import { Client } from '../lib/client.mjs';
import { property } from '../lib/filings.mjs';
import { useWorld } from '../lib/journey.mjs';
import { phone } from '../lib/people.mjs';
import { ROOT } from '../lib/world.mjs';

const world = useWorld();
const account = () => JSON.parse(fs.readFileSync(path.join(world.world.dir, 'sandbox/client.json'), 'utf8'));

/** The client as a merchant sets it up. */
function alipay(publicKey) {
  const { app_id: appId, app_key_pem: key, alipay_keys_pem: [platform], base_url: gateway } = account().alipay;
  return new AlipaySdk({
    appId, gateway, keyType: 'PKCS8', privateKey: key.trim(), alipayPublicKey: (publicKey ?? platform).trim(),
  });
}

const order = (outTradeNo, more = {}) => ({ outTradeNo, totalAmount: '80.00', subject: '不动产登记费', ...more });
const checked = { validateSign: true };

/** Where notifications arrive; each is acknowledged. */
async function merchant(use) {
  const bodies = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    bodies.push(body);
    response.end('success');
    server.emit('told');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${server.address().port}/told`, async () => {
      if (!bodies.length) await once(server, 'told', { signal: AbortSignal.timeout(10_000) });
      return bodies.shift();
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function payDirectly(number) {
  const answer = await fetch(`${world.world.sandbox.url}/alipay/pay-directly`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ out_trade_no: number }),
  });
  assert.equal(answer.status, 200);
}

test('[D5] alipay-sdk: a code is ordered, scanned, paid, told and given back', async () => {
  const sdk = alipay();
  const number = 'JS20260001';
  await merchant(async (notifyUrl, told) => {
    const created = await sdk.exec('alipay.trade.precreate', { notifyUrl, bizContent: order(number) }, checked);
    assert.deepEqual([created.code, created.outTradeNo], ['10000', number]);
    const before = await sdk.exec('alipay.trade.query', { bizContent: { outTradeNo: number } }, checked);
    assert.deepEqual([before.code, before.subCode], ['40004', 'ACQ.TRADE_NOT_EXIST']);
    assert.match(await (await fetch(created.qrCode)).text(), /支付宝收银台/);
    const open = await sdk.exec('alipay.trade.query', { bizContent: { outTradeNo: number } }, checked);
    assert.deepEqual([open.tradeStatus, open.totalAmount], ['WAIT_BUYER_PAY', '80.00']);

    await payDirectly(number);
    const fields = Object.fromEntries(new URLSearchParams(await told()));
    assert.ok(sdk.checkNotifySignV2(fields), 'the notification is signed');
    assert.ok(!sdk.checkNotifySignV2({ ...fields, total_amount: '8.00' }), 'and what is changed is not');
    assert.deepEqual([fields.out_trade_no, fields.trade_status, fields.seller_id], [number, 'TRADE_SUCCESS', account().alipay.seller_id]);
  });
  const paid = await sdk.exec('alipay.trade.query', { bizContent: { outTradeNo: number } }, checked);
  assert.equal(paid.tradeStatus, 'TRADE_SUCCESS');
  const part = { outTradeNo: number, refundAmount: '30.00', outRequestNo: 'R1', refundReason: '申请人撤回' };
  const first = await sdk.exec('alipay.trade.refund', { bizContent: part }, checked);
  const again = await sdk.exec('alipay.trade.refund', { bizContent: part }, checked);
  assert.deepEqual([first.fundChange, again.fundChange, again.refundFee], ['Y', 'N', '30.00']);
  const found = await sdk.exec('alipay.trade.fastpay.refund.query', { bizContent: { outTradeNo: number, outRequestNo: 'R1' } }, checked);
  assert.deepEqual([found.refundStatus, found.refundAmount], ['REFUND_SUCCESS', '30.00']);
});

test('[D5] alipay-sdk: pages for a computer and a phone, and closing', async () => {
  const sdk = alipay();
  const pages = [
    ['JS20260002', 'alipay.trade.page.pay', { productCode: 'FAST_INSTANT_TRADE_PAY' }],
    ['JS20260003', 'alipay.trade.wap.pay', { productCode: 'QUICK_WAP_WAY', quitUrl: world.world.url('/') }],
  ];
  for (const [number, method, more] of pages) {
    const url = sdk.pageExecute(method, 'GET', { bizContent: order(number, more), returnUrl: world.world.url('/') });
    const led = await fetch(url, { redirect: 'manual' });
    assert.equal(led.status, 303, await led.text());
    assert.match(led.headers.get('location'), /\/alipay\/cashier\?token=/);
    const closed = await sdk.exec('alipay.trade.close', { bizContent: { outTradeNo: number } }, checked);
    assert.equal(closed.code, '10000');
    const after = await sdk.exec('alipay.trade.query', { bizContent: { outTradeNo: number } }, checked);
    assert.equal(after.tradeStatus, 'TRADE_CLOSED');
  }
  // The product code of the other page: what one public client gets wrong.
  const wrong = sdk.pageExecute('alipay.trade.wap.pay', 'GET', { bizContent: order('JS20260004', { productCode: 'QUICK_WAP_PAY', quitUrl: world.world.url('/') }) });
  assert.equal((await fetch(wrong, { redirect: 'manual' })).status, 400);
});

test('[D5] alipay-sdk: a signature by another key is refused by the sandbox', async () => {
  const stranger = alipay();
  const { merchant_key_pem: key } = account().wechat;
  const other = new AlipaySdk({ appId: stranger.config.appId, gateway: stranger.config.gateway, keyType: 'PKCS8', privateKey: key.trim(), alipayPublicKey: stranger.config.alipayPublicKey });
  const refused = await other.exec('alipay.trade.query', { bizContent: { outTradeNo: 'JS20260001' } }, checked);
  assert.equal(refused.subCode, 'isv.invalid-signature');
});

test('[D5] alipay-sdk: what our adapter signs is verified by it', async () => {
  const { world: town } = world;
  const sale = property();
  const owner = await new Client(town).signIn(phone());
  const seller = await new Client(town).signIn(sale.sellerPhone);
  const clerk = await new Client(town).staff('clerk');
  const house = await owner.file(sale);
  const receipt = await owner.get(`/cases/${house.id}/receipt`);
  await seller.post(receipt.text.match(/\/join\/[\w-]+/)[0], { agreed: 'yes', name: sale.seller });
  const version = (await clerk.get(`/desk/cases/${house.id}`)).text.match(/name="version" value="(\d+)"|value="(\d+)"[^>]*name="version"/);
  await clerk.post(`/desk/cases/${house.id}/accept`, { version: version[1] ?? version[2] });
  const bill = (await owner.get(`/cases/${house.id}`)).text.match(/\/bills\/([0-9a-f-]{36})/)[1];
  // The platform's side of it: the application's own public key.
  const own = createPublicKey(account().alipay.app_key_pem).export({ type: 'spki', format: 'pem' });
  const platform = alipay(own);
  for (const channel of ['alipay_desk', 'alipay_phone']) {
    const { location } = await owner.post(`/bills/${bill}/pay`, { provider: channel });
    const fields = Object.fromEntries(new URL(location).searchParams);
    assert.ok(platform.checkNotifySignV2(fields), `${channel} is rightly signed`);
    const content = JSON.parse(fields.biz_content);
    assert.deepEqual([fields.app_id, content.total_amount], [account().alipay.app_id, '90.00']);
    assert.ok(!platform.checkNotifySignV2({ ...fields, biz_content: JSON.stringify({ ...content, total_amount: '0.01' }) }));
  }
});

test('[D5] wechatpayv3: ordered on a phone and by a code, paid, told, closed', async () => {
  const python = path.join(ROOT, 'target/.venv/bin/python');
  const args = [path.join(ROOT, 'end2end/wechat_client.py'), path.join(world.world.dir, 'sandbox/client.json'), world.world.sandbox.url];
  const { stdout } = await promisify(execFile)(python, args);
  const said = JSON.parse(stdout);
  assert.deepEqual([said.unknown[0], said.unknown[1].code], [404, 'ORDER_NOT_EXIST']);
  assert.equal(said.ordered[0], 200);
  assert.match(said.ordered[1].h5_url, /\/wechat\/cashier\?prepay=/);
  assert.equal(said.open[1].trade_state, 'NOTPAY');
  assert.equal(said.told.event_type, 'TRANSACTION.SUCCESS');
  assert.deepEqual([said.told.resource.out_trade_no, said.told.resource.amount.total], ['PY20260001', 8000]);
  assert.equal(said.forged, null, 'a changed notification is not believed');
  assert.equal(said.paid[1].trade_state, 'SUCCESS');
  assert.equal(said.closed, 204);
  assert.equal(said.after[1].trade_state, 'CLOSED');
  assert.equal(said.coded[0], 200);
  assert.match(said.coded[1].code_url, /\/wechat\/code\/wx\w+$/);
  assert.deepEqual([said.swapped[0], said.swapped[1].code], [403, 'OUT_TRADE_NO_USED'], 'one number, one product');
  assert.deepEqual([said.told_code.resource.out_trade_no, said.told_code.resource.trade_type], ['PY20260003', 'NATIVE']);
  assert.equal(said.paid_code[1].trade_state, 'SUCCESS');
});
