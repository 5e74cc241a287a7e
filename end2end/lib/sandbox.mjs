// The outside world's counterparts as a test sees them: the box of sent messages.
import { setTimeout as sleep } from 'node:timers/promises';

export class Sandbox {
  constructor(url) {
    this.url = url;
  }

  /** All messages sent so far, oldest first: [{ to, text, … }]. */
  async messages() {
    const answer = await fetch(`${this.url}/messages.json`);
    if (!answer.ok) throw new Error(`messages.json: ${answer.status}`);
    const body = await answer.json();
    return Array.isArray(body) ? body : body.messages;
  }

  /** Waits until someone got a message whose text matches, and returns the newest such one. */
  async message(to, pattern, { after = 0, within = 10_000 } = {}) {
    let seen = [];
    for (const end = Date.now() + within; Date.now() < end; await sleep(50)) {
      seen = (await this.messages()).filter((m) => m.to === to).slice(after);
      const hit = seen.findLast((m) => pattern.test(m.text));
      if (hit) return hit;
    }
    throw new Error(`no message to ${to} matches ${pattern}; there are: ${seen.map((m) => m.text).join(' / ') || 'none'}`);
  }

  /** How many messages a person has got: pass it as `after` to wait for a new one. */
  async count(to) {
    return (await this.messages()).filter((m) => m.to === to).length;
  }

  /** The six-digit sign-in code sent to a phone number. */
  async code(phone, options) {
    return (await this.message(phone, /\b\d{6}\b/, options)).text.match(/\b\d{6}\b/)[0];
  }
}
