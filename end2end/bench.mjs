// Figures of a running instance, one JSON line each: { figure, value, unit, … }.
// Add a figure as a function below; `make bench` runs them all on the release build.
import fs from 'node:fs';
import { PROJECTS, Visitor, closeBrowser } from './lib/browser.mjs';
import { World } from './lib/world.mjs';

const print = (figure, value, unit, more = {}) => console.log(JSON.stringify({ figure, value, unit, ...more }));

/** CPU seconds that a process has used so far (user and system, clock tick 10 ms). */
function cpuSeconds(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memory(pid, key) {
  return Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${key}:\\s+(\\d+) kB`))[1]) * 1024;
}

/** From the start of the process to the first successful /readyz, over a data folder that exists. */
async function startUp(world) {
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    await world.kill9();
    const from = performance.now();
    await world.startServer();
    times.push(performance.now() - from);
  }
  print('start-up', Math.round(times.sort((a, b) => a - b)[2]), 'ms', { median_of: 5, note: 'polled every 25 ms' });
}

/** Everything that a cold visit of the home page transfers, headers included, by type. */
async function firstPage(world) {
  const visitor = await Visitor.open(world, PROJECTS.find(({ name }) => name === 'phone-js') ?? PROJECTS[0]);
  const cdp = await visitor.context.newCDPSession(visitor.page);
  await cdp.send('Network.enable');
  const types = {};
  const sizes = {};
  cdp.on('Network.responseReceived', ({ requestId, type }) => { types[requestId] = type; });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = types[requestId] ?? 'Other';
    sizes[type] = (sizes[type] ?? 0) + encodedDataLength;
  });
  await visitor.page.goto('/', { waitUntil: 'networkidle' });
  for (const [type, bytes] of Object.entries(sizes)) print('first-page', bytes, 'bytes', { type });
  print('first-page', Object.values(sizes).reduce((a, b) => a + b, 0), 'bytes', { type: 'all', budget: 102400 });
  await visitor.context.close();
}

/** A fixed count of requests after a warm-up; CPU, since wall times swing on shared machines. */
async function load(world, figure, where, { count = 2000, warm = 200, at_once = 16 } = {}) {
  const get = async () => { await (await fetch(world.url(where), { headers: { 'accept-encoding': 'br' } })).arrayBuffer(); };
  const many = async (n) => {
    let left = n;
    await Promise.all(Array.from({ length: at_once }, async () => { while (left-- > 0) await get(); }));
  };
  await many(warm);
  const [cpu, wall] = [cpuSeconds(world.pid()), performance.now()];
  await many(count);
  const seconds = (performance.now() - wall) / 1000;
  const more = { requests: count, warm_up: warm, keep_alive: true, accept_encoding: 'br', at_once };
  print(`${figure}-cpu`, +(((cpuSeconds(world.pid()) - cpu) / count) * 1000).toFixed(3), 's per 1000 requests', more);
  print(`${figure}-rate`, Math.round(count / seconds), 'requests/s', { ...more, note: 'client on the same machine' });
}

const world = await World.start();
try {
  await startUp(world);
  print('idle-memory', memory(world.pid(), 'VmRSS'), 'bytes', { budget: 64 * 1024 * 1024 });
  await firstPage(world);
  await load(world, 'home', '/');
  print('peak-memory', memory(world.pid(), 'VmHWM'), 'bytes');
} finally {
  await closeBrowser();
  await world.stop();
}
