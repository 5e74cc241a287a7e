// The outside world's counterparts as a test sees them: the box of sent messages.
import { setTimeout as sleep } from 'node:timers/promises';

export class Sandbox {
  constructor(url) {
    this.url = url;
  }

  /** Messages to a phone (or to everyone), newest first: [{ phone, text, code, template, at, … }]. */
  async messages(phone = '') {
    const answer = await fetch(`${this.url}/messages.json?phone=${encodeURIComponent(phone)}`);
    if (!answer.ok) throw new Error(`messages.json: ${answer.status}`);
    return answer.json();
  }

  /** How many messages a phone has got: pass it as `after` to wait for a new one. */
  async count(phone) {
    return (await this.messages(phone)).length;
  }

  /** Waits until a phone got a message whose text matches, and returns the newest such one. */
  async message(phone, pattern, { after = 0, within = 10_000 } = {}) {
    let seen = [];
    for (const end = Date.now() + within; Date.now() < end; await sleep(50)) {
      seen = await this.messages(phone);
      const hit = seen.slice(0, seen.length - after).find((m) => pattern.test(m.text));
      if (hit) return hit;
    }
    throw new Error(`no message to ${phone} matches ${pattern}; there are: ${seen.map((m) => m.text).join(' / ') || 'none'}`);
  }

  /** The verification code (验证码) last sent to a phone. */
  async code(phone, options) {
    const { code, text } = await this.message(phone, /\d{4,8}/, options);
    return code ?? text.match(/\d{4,8}/)[0];
  }

  /** Somebody whom the register of persons (户籍登记) knows from now on. */
  async person({ name, id, household = '539999', alive = true }) {
    const answer = await fetch(`${this.url}/register/persons`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, id_number: id, household, alive }),
    });
    if (!answer.ok) throw new Error(`register/persons: ${answer.status} ${await answer.text()}`);
  }

  /** A person or firm with licences, whom the licence store (电子证照库) knows from now on under this phone. */
  async licences({ name, number, phone, licences }) {
    const answer = await fetch(`${this.url}/licences/held`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, number, phone, licences }),
    });
    if (!answer.ok) throw new Error(`licences/held: ${answer.status} ${await answer.text()}`);
  }

  /** Refunds that the provider holds back (`faults({ refund: 'pending' })`) move now. */
  async settleRefunds() {
    const answer = await fetch(`${this.url}/wechat/refunds/settle`, { method: 'POST' });
    if (!answer.ok) throw new Error(`refunds/settle: ${answer.status}`);
  }

  /** What goes wrong next, e.g. { notify: 'none' }; {} mends everything. */
  async faults(wish) {
    const answer = await fetch(`${this.url}/faults`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wish),
    });
    if (!answer.ok) throw new Error(`faults: ${answer.status} ${await answer.text()}`);
  }
}
