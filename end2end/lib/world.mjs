// A world: sandbox and server on free ports over a fresh data folder. One per test file.
//   const world = await World.start();   world.url('/'), world.sandbox, world.dir
//   await world.kill9(); await world.restart(); await world.stop();
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chance, seed } from './chance.mjs';
import { Proxy } from './proxy.mjs';
import { Sandbox } from './sandbox.mjs';

export const ROOT = path.resolve(import.meta.dirname, '../..');
/** What the browser downloads; the one variable by which scripts and tests name its place. */
const SITE = process.env.ONEVISIT_SITE ?? path.join(ROOT, 'target/site');
const BIN = process.env.ONEVISIT_BIN_DIR ?? path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target'), 'debug');

/** Below the ports that the system gives to outgoing connections: one of those could take it meanwhile. */
const PORTS = { first: 20_000, count: 12_000 };
let tried = (process.pid * 101) % PORTS.count;

const isFree = (port) => new Promise((resolve) => {
  const probe = net.createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
});

/** A port that nobody listens on; another one at each call, and in each test process from another place on. */
export async function freePort() {
  for (let i = 0; i < PORTS.count; i += 1) {
    tried = (tried + 1) % PORTS.count;
    const port = PORTS.first + tried;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

export class World {
  #children = {};

  /**
   * @param {{args?: string[], env?: object, demo?: boolean, proxy?: boolean, fileLimits?: boolean}} options more
   * arguments and environment for the server; `proxy`: people come over a line that can be made bad (lib/proxy.mjs);
   * `fileLimits`: `limitFiles` may be used
   */
  static async start(options = {}) {
    const world = new World();
    world.options = { args: [], env: {}, demo: true, ...options };
    world.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'onevisit-world-'));
    fs.mkdirSync(path.join(world.dir, 'sandbox'));
    [world.port, world.sandboxPort] = [await freePort(), await freePort()];
    world.serverPort = world.options.proxy ? await freePort() : world.port;
    world.sandbox = new Sandbox(`http://localhost:${world.sandboxPort}`);
    // Whatever happens to the test process, its children must not outlive it.
    process.once('exit', () => Object.values(world.#children).forEach((child) => child.kill('SIGKILL')));
    try {
      if (world.options.proxy) {
        world.chance = new Chance(seed('proxy'));
        world.proxy = await Proxy.start(world.port, world.serverPort, world.chance);
      }
      await world.startSandbox();
      await world.startServer();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  get origin() {
    return `http://localhost:${this.port}`;
  }

  url(where = '/') {
    return new URL(where, this.origin).href;
  }

  /** What a process wrote since it was started: `server` or `sandbox`. */
  log(name) {
    const file = path.join(this.dir, `${name}.log`);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  }

  startSandbox() {
    return this.#spawn('sandbox', 'onevisit-sandbox', [
      '--listen', `127.0.0.1:${this.sandboxPort}`, '--public-url', `http://localhost:${this.sandboxPort}`,
      '--state', path.join(this.dir, 'sandbox'), '--notify-url', `http://localhost:${this.serverPort}/callbacks/wechat`,
    ], `http://localhost:${this.sandboxPort}/healthz`);
  }

  startServer() {
    return this.#spawn('server', 'onevisit', [
      'serve', '--data-dir', path.join(this.dir, 'data'), ...(this.options.demo ? ['--demo'] : []),
      '--listen', `127.0.0.1:${this.serverPort}`, '--public-url', this.origin, '--sandbox-state', path.join(this.dir, 'sandbox'),
      '--site-dir', SITE, ...this.options.args,
    ], `http://localhost:${this.serverPort}/readyz`);
  }

  async #spawn(name, binary, args, ready) {
    const log = fs.openSync(path.join(this.dir, `${name}.log`), 'a');
    // A write beyond the limit must be an error, as on a full disk: the signal that would end the process is ignored.
    const [program, given] = this.options.fileLimits
      ? ['bash', ['-c', 'trap "" XFSZ; exec "$0" "$@"', path.join(BIN, binary), ...args]]
      : [path.join(BIN, binary), args];
    const child = spawn(program, given, {
      cwd: ROOT,
      // One address sends what a town would: the flood limits per minute are lifted.
      env: { ONEVISIT_RATE_SCALE: '1000', ...process.env, ...this.options.env },
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    let failed = null;
    child.once('error', (error) => { failed = error.message; });
    child.once('exit', (code, signal) => { failed ??= `ended with ${code ?? signal}`; });
    this.#children[name] = child;
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(25)) {
      if (failed) throw new Error(`${binary} ${failed}\n${this.log(name)}`);
      const answer = await fetch(ready).catch(() => null);
      if (answer?.ok) return;
    }
    throw new Error(`${binary} is not ready after 30 s\n${this.log(name)}`);
  }

  async #end(name, signal) {
    const child = this.#children[name];
    delete this.#children[name];
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  }

  pid(name = 'server') {
    return this.#children[name]?.pid;
  }

  /**
   * No file of the server may grow beyond so many bytes; null lifts it. What a full disk is, for those
   * who may not make a small one: each write beyond fails.
   */
  limitFiles(bytes) {
    execFileSync('prlimit', ['--pid', String(this.pid()), `--fsize=${bytes ?? 'unlimited'}:`]);
  }

  /** A power cut for the server; its data folder stays. */
  kill9() {
    return this.#end('server', 'SIGKILL');
  }

  async restart() {
    await this.#end('server', 'SIGTERM');
    await this.startServer();
  }

  async stop() {
    await this.proxy?.stop();
    await Promise.all([this.#end('server', 'SIGTERM'), this.#end('sandbox', 'SIGTERM')]);
    if (process.env.KEEP_WORLD) console.log(`world kept: ${this.dir}`);
    else fs.rmSync(this.dir, { recursive: true, force: true });
  }
}
