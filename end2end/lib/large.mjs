// A catalogue of 100,000 generated matters: how long search and lists take, and what it costs in memory.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, World } from './world.mjs';

// Fewer for a quick look at an unoptimised build.
const MATTERS = Number(process.env.MATTERS ?? 100_000);
const FILTERS = ['audience=person', 'audience=firm', 'free=1', 'online=1', 'once=1', 'immediate=1', 'body=civil', 'body=police', 'cross=1'];

function percentile(times, share) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

/** One after the other over one connection, after a warm-up; the client's clock, so the network stack is in it. */
async function times(addresses) {
  for (const address of addresses.slice(0, 20)) await (await fetch(address)).arrayBuffer();
  const seen = [];
  for (const address of addresses) {
    const from = performance.now();
    const answer = await fetch(address);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${address}: ${answer.status}`);
    seen.push(performance.now() - from);
  }
  return seen;
}

/** People's own words, those that the search is tested with. */
function queries() {
  const text = fs.readFileSync(path.join(ROOT, 'crates/service/tests/queries.toml'), 'utf8');
  return [...text.matchAll(/^text = "(.*)"$/gm)].map((found) => found[1]);
}

function postgres(act, ...more) {
  return execFileSync(path.join(ROOT, 'setup/pg-temp.sh'), [act, ...more], { encoding: 'utf8' });
}

async function measure(database, env, print, memory) {
  const world = await World.start({ env });
  try {
    const small = memory(world.pid(), 'VmRSS');
    await world.kill9();
    const target = env.ONEVISIT_DATABASE_URL ?? path.join(world.dir, 'data/onevisit.db');
    const made = performance.now();
    execFileSync(path.join(process.env.ONEVISIT_BIN_DIR, 'examples/many_matters'), [target, path.join(ROOT, 'catalogue'), String(MATTERS)]);
    const more = { database, matters: MATTERS };
    print('large-published', Math.round((performance.now() - made) / 1000), 's', { ...more, note: 'generated, packed and stored' });
    const from = performance.now();
    await world.startServer();
    print('large-start-up', Math.round(performance.now() - from), 'ms', { ...more, note: 'to the first successful /readyz' });
    const found = await times(queries().map((q) => world.url(`/matters?q=${encodeURIComponent(q)}`)));
    const requests = found.length;
    print('large-search-p50', +percentile(found, 0.5).toFixed(2), 'ms', { ...more, requests });
    print('large-search-p99', +percentile(found, 0.99).toFixed(2), 'ms', { ...more, requests, note: 'whole page, client on the same machine', budget: 10 });
    // Each address once: nothing that was kept answers.
    const lists = Array.from({ length: 500 }, (_, n) => world.url(`/matters?${FILTERS[n % FILTERS.length]}&page=${n * 3 + 1}`));
    const listed = await times(lists.map((address) => `${address}&cold=1`));
    print('large-list-p50', +percentile(listed, 0.5).toFixed(2), 'ms', { ...more, requests: listed.length });
    print('large-list-p99', +percentile(listed, 0.99).toFixed(2), 'ms', { ...more, requests: listed.length, note: 'whole page, filtered, none kept', budget: 20 });
    const opened = await times(Array.from({ length: 300 }, (_, n) => world.url(`/matters/generated-${(n * 331) % MATTERS}`)));
    print('large-guide-p99', +percentile(opened, 0.99).toFixed(2), 'ms', { ...more, requests: opened.length, note: 'read from the database' });
    print('large-memory', memory(world.pid(), 'VmRSS'), 'bytes', { ...more, without: small });
  } finally {
    await world.stop();
  }
}

/** On both databases. */
export async function large(print, memory) {
  await measure('sqlite', {}, print, memory);
  const lines = postgres('start');
  const [, dir] = lines.match(/^PG_TEMP=(.*)$/m);
  try {
    await measure('postgres', { ONEVISIT_DATABASE_URL: lines.match(/^DATABASE_URL=(.*)$/m)[1] }, print, memory);
  } finally {
    postgres('stop', dir);
  }
}
