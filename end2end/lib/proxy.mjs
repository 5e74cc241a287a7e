// A bad line between people and the server: a proxy that drops, delays, truncates, reorders and
// duplicates requests. Which one suffers what is decided by a seeded chance, so a run can be repeated.
//   const world = await World.start({ proxy: true });
//   world.proxy.plan = (request) => chance.next() < 0.4 && chance.pick(FAULTS);
//   world.proxy.plan = null;   // a good line again
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Everything that can happen to a request. */
export const FAULTS = ['drop', 'cut', 'deaf', 'truncate', 'delay', 'twice', 'late', 'swap'];
/** Headers that belong to one connection, not to the message. */
const OF_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
/** Longest wait for another request to overtake, in ms. */
const OVERTAKEN_WITHIN = 400;

function without(headers, names) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

async function whole(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

export class Proxy {
  /** What happens to a request: gets { method, url, headers }, gives one of FAULTS or nothing. */
  plan = null;
  /** How often each fault was done. */
  done = Object.fromEntries(FAULTS.map((fault) => [fault, 0]));
  #server;
  #target;
  #chance;
  /** Requests that wait to be overtaken. */
  #waiting = [];
  #late = new Set();

  /** Listens on `port` and hands on to `target`. @param {import('./chance.mjs').Chance} chance how much is cut off */
  static async start(port, target, chance) {
    const proxy = new Proxy();
    proxy.#target = target;
    proxy.#chance = chance;
    proxy.#server = http.createServer((request, answer) => {
      proxy.#handle(request, answer).catch(() => request.socket.destroy());
    });
    // Nothing here may end a slow request but the server itself.
    Object.assign(proxy.#server, { requestTimeout: 0, headersTimeout: 0, timeout: 0 });
    await new Promise((resolve, reject) => {
      proxy.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return proxy;
  }

  async stop() {
    this.plan = null;
    await this.quiet();
    this.#server.closeAllConnections();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }

  /** Every copy that was still to come has come. */
  async quiet() {
    await Promise.allSettled([...this.#late]);
  }

  /** How many faults there were. */
  get total() {
    return Object.values(this.done).reduce((all, n) => all + n, 0);
  }

  async #handle(request, answer) {
    const { method, url, headers } = request;
    const fault = this.plan?.({ method, url, headers }) || null;
    // Whoever waits to be overtaken is: this request goes first.
    const overtaken = this.#waiting.splice(0);
    if (fault) this.done[fault] += 1;
    try {
      await (fault ? this[`_${fault}`](request, answer) : this.#pass(request, answer));
    } finally {
      overtaken.forEach((go) => go());
    }
  }

  /** Sends a request on; gives the server's answer, its body still to be read. */
  #send({ method, url, headers }, body) {
    return new Promise((resolve, reject) => {
      const onward = http.request({
        host: '127.0.0.1', port: this.#target, method, path: url, headers: without(headers, OF_CONNECTION), agent: false,
      });
      onward.once('response', resolve).once('error', reject);
      if (Buffer.isBuffer(body)) onward.end(body);
      else {
        // A sender who hangs up in the middle does so here as well.
        body.once('close', () => { if (!body.complete) onward.destroy(); });
        body.pipe(onward);
      }
    });
  }

  async #pass(request, answer) {
    const came = await this.#send(request, request);
    answer.writeHead(came.statusCode, without(came.headers, OF_CONNECTION));
    came.once('error', () => answer.destroy());
    answer.once('close', () => came.destroy());
    came.pipe(answer);
    await new Promise((resolve) => { answer.once('close', resolve); });
  }

  #finish(answer, came, body) {
    answer.writeHead(came.statusCode, without(came.headers, OF_CONNECTION));
    answer.end(body);
  }

  /** The line is gone before anything of it arrived. */
  async _drop(request) {
    request.socket.destroy();
  }

  /** The line breaks somewhere within the request: the server has a part of it. */
  async _cut(request) {
    const body = await whole(request);
    const keep = this.#chance.below(body.length + 1);
    await new Promise((resolve) => {
      const onward = http.request({
        host: '127.0.0.1', port: this.#target, method: request.method, path: request.url,
        headers: { ...without(request.headers, OF_CONNECTION), 'content-length': body.length }, agent: false,
      });
      onward.once('error', resolve).once('close', resolve).once('response', (came) => came.resume().once('end', resolve));
      onward.flushHeaders();
      onward.write(body.subarray(0, keep));
      setTimeout(() => onward.destroy(), 30);
    });
    request.socket.destroy();
  }

  /** The server has done it; its answer is lost. */
  async _deaf(request) {
    const came = await this.#send(request, await whole(request));
    await whole(came).catch(() => {});
    request.socket.destroy();
  }

  /** Half of the answer comes. */
  async _truncate(request, answer) {
    const came = await this.#send(request, await whole(request));
    const body = await whole(came);
    const headers = without(came.headers, [...OF_CONNECTION, 'content-length']);
    answer.writeHead(came.statusCode, { ...headers, 'content-length': body.length + 1 });
    answer.flushHeaders();
    answer.write(body.subarray(0, this.#chance.below(body.length + 1)));
    await sleep(20);
    request.socket.destroy();
  }

  /** All of it comes, later. */
  async _delay(request, answer) {
    const body = await whole(request);
    await sleep(50 + this.#chance.below(400));
    const came = await this.#send(request, body);
    this.#finish(answer, came, await whole(came));
  }

  /** The same bytes arrive twice at once; the sender hears what became of the second. */
  async _twice(request, answer) {
    const body = await whole(request);
    const [, second] = await Promise.all([0, 1].map(async () => {
      const came = await this.#send(request, body);
      return { came, body: await whole(came) };
    }));
    this.#finish(answer, second.came, second.body);
  }

  /** A copy arrives once more, long after the answer: behind requests that were made later. */
  async _late(request, answer) {
    const body = await whole(request);
    const came = await this.#send(request, body);
    this.#finish(answer, came, await whole(came));
    const copy = sleep(100 + this.#chance.below(300))
      .then(() => this.#send(request, body))
      .then(whole)
      .catch(() => {})
      .finally(() => this.#late.delete(copy));
    this.#late.add(copy);
  }

  /** Another request overtakes it; if none comes, it goes after a while. */
  async _swap(request, answer) {
    const body = await whole(request);
    await new Promise((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(resolve, OVERTAKEN_WITHIN);
    });
    const came = await this.#send(request, body);
    this.#finish(answer, came, await whole(came));
  }
}
