// Figures of payment notifications: a provider repeats each of a thousand five times, in any order, and wants every
// answer soon. The sandbox's key signs; the orders are nobody's, since what is measured is the answer, which is
// given before anybody looks for the order.
import { execFileSync } from 'node:child_process';
import { createSign } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from './chance.mjs';

const PAYMENTS = 1000;
const TIMES = 5;
const PER_SECOND = 200;

const beijing = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** The body of one notification, as every repetition of it carries it. */
function body(account, key, n) {
  const params = {
    app_id: account.app_id, charset: 'utf-8', gmt_payment: beijing(), notify_id: `bench${String(n).padStart(29, '0')}`,
    notify_time: beijing(), notify_type: 'trade_status_sync', out_trade_no: `BENCH${String(n).padStart(20, '0')}`,
    seller_id: account.seller_id, total_amount: '80.00', trade_no: `2026${String(n).padStart(24, '0')}`,
    trade_status: 'TRADE_SUCCESS', version: '1.0',
  };
  const text = Object.keys(params).sort().map((name) => `${name}=${params[name]}`).join('&');
  const sign = createSign('RSA-SHA256').update(text).sign(key, 'base64');
  return new URLSearchParams({ ...params, sign_type: 'RSA2', sign }).toString();
}

function shuffled(list, chance) {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = chance.below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/** Jobs of notifications, by their state. */
async function jobs(world, state) {
  const text = await (await fetch(world.url('/metrics'))).text();
  const line = text.split('\n').find((l) => l.startsWith('onevisit_jobs{') && l.includes('kind="pay_event"') && l.includes(`state="${state}"`));
  return line ? Number(line.split(' ').at(-1)) : 0;
}

export async function notifications(print, world) {
  const file = (name) => JSON.parse(fs.readFileSync(path.join(world.dir, 'sandbox', name), 'utf8'));
  const [account, key] = [file('client.json').alipay, file('keys.json').alipay.platform_private_pem];
  const bodies = Array.from({ length: PAYMENTS }, (_, n) => body(account, key, n));
  const order = shuffled(bodies.flatMap((one) => Array(TIMES).fill(one)), new Chance(1));
  const agent = new http.Agent({ keepAlive: true });
  const url = world.url('/callbacks/alipay');
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const one = (content) => new Promise((resolve, reject) => {
    const from = performance.now();
    const request = http.request(url, { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(content) } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part)).once('error', reject).once('end', () => {
        const text = Buffer.concat(parts).toString();
        if (text !== 'success') reject(new Error(`notification: ${answer.statusCode} ${text}`));
        else resolve(performance.now() - from);
      });
    });
    request.once('error', reject).end(content);
  });

  const before = await jobs(world, 'done');
  const begun = performance.now();
  const under = [];
  for (let i = 0; i < order.length; i += 1) {
    const wait = begun + (i * 1000) / PER_SECOND - performance.now();
    if (wait > 0) await sleep(wait);
    under.push(one(order[i]));
  }
  const times = (await Promise.all(under)).sort((a, b) => a - b);
  const seconds = (performance.now() - begun) / 1000;
  const more = { payments: PAYMENTS, times: TIMES, wanted_per_second: PER_SECOND, note: 'signed by the sandbox, in any order; orders of nobody' };
  print('notification-p99', +times[Math.floor(times.length * 0.99)].toFixed(1), 'ms', { ...more, budget: 1000 });
  print('notification-rate', Math.round(order.length / seconds), 'notifications/s', more);

  // As fast as it goes, none of them repeated: each is a commit.
  const fresh = Array.from({ length: PAYMENTS }, (_, n) => body(account, key, PAYMENTS + n));
  const from = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (next < fresh.length) {
      next += 1;
      await one(fresh[next - 1]);
    }
  }));
  const rate = PAYMENTS / ((performance.now() - from) / 1000);
  agent.destroy();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'onevisit-bare-'));
  const bare = Number(execFileSync(path.join(process.env.ONEVISIT_BIN_DIR, 'examples/bare_commits'), [dir, '3000'], { encoding: 'utf8' }));
  fs.rmSync(dir, { recursive: true });
  print('notification-top-rate', Math.round(rate), 'notifications/s', { at_once: 16, note: 'each verified, kept and flushed; client and jobs on the same machine' });
  print('bare-commits', Math.round(bare), 'commits/s', { note: 'the same rows in bare sqlx, one after the other' });
  print('notification-against-bare', +(bare / rate).toFixed(2), 'times fewer');

  // Repeated or not, each was kept once and worked off once.
  let done = 0;
  for (const end = Date.now() + 60_000; Date.now() < end && done < 2 * PAYMENTS; await sleep(500)) done = await jobs(world, 'done') - before;
  if (done !== 2 * PAYMENTS) throw new Error(`notifications: ${done} jobs are done, not ${2 * PAYMENTS}`);
}
