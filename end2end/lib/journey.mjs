// A journey: one test per project, each with a visitor of its own in the file's world.
//   const world = useWorld();
//   journey('[C5] the guide prints', world, async ({ visitor, page, project, world }) => { … });
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessible } from './axe.mjs';
import { PROJECTS, Visitor, closeBrowser } from './browser.mjs';
import { validHtml } from './html.mjs';
import { shot } from './shots.mjs';
import { World } from './world.mjs';

/**
 * The world of this file, made before its tests and stopped after them; `prepare` may people it
 * (hooks of the root do not wait for each other, so it is part of the same one).
 */
export function useWorld(options, prepare) {
  const holder = {};
  before(async () => {
    holder.world = await World.start(options);
    await prepare?.(holder.world);
  });
  after(async () => {
    await closeBrowser();
    await holder.world?.stop();
  });
  return holder;
}

/** @param only which projects make sense for it, e.g. ({ js }) => js */
export function journey(title, holder, steps, { only = () => true, timeout = 120_000 } = {}) {
  for (const project of PROJECTS.filter(only)) {
    test(`${title} · ${project.name}`, { timeout }, async () => {
      const visitor = await Visitor.open(holder.world, project);
      try {
        await steps({ visitor, page: visitor.page, project, world: holder.world });
      } catch (error) {
        await shot(visitor, `failed-${title.replace(/[^\p{L}\p{N}]+/gu, '-')}`).catch(() => {});
        if (visitor.faults.length) error.message += `\nfaults:\n  ${visitor.faults.join('\n  ')}`;
        await visitor.context.close();
        throw error;
      }
      await visitor.close();
    });
  }
}

const checked = new Set();

/** What every page owes: valid HTML, no accessibility fault, no sideways scrolling; and a screenshot. */
export async function check(visitor, name, page = visitor.page) {
  // Each page once per project and file: the second look would find the same.
  const key = `${visitor.project.name} ${name}`;
  if (checked.has(key)) return;
  checked.add(key);
  // The server sends every device the same, but for 长辈版.
  const sent = `${visitor.project.care} ${name}`;
  if (!checked.has(sent)) await validHtml(await visitor.sentHtml(), name);
  checked.add(sent);
  const [inner, scroll] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
  if (scroll > inner) throw new Error(`${name} is ${scroll} px wide in a window of ${inner}`);
  // In a window as high as the page: what a sticky bar covers now is free after scrolling.
  const { width, height } = visitor.project.viewport;
  try {
    await asHighAsThePage(page, width, height);
    await shot(visitor, name, page);
    await accessible(visitor, page);
  } finally {
    await page.setViewportSize({ width, height });
  }
}

/** Pictures that come meanwhile make a page higher: measured until all are there and it stays. */
async function asHighAsThePage(page, width, least) {
  let height = 0;
  for (let tries = 0; tries < 30; tries += 1) {
    const { needed, loading } = await page.evaluate(() => ({
      needed: document.documentElement.scrollHeight, loading: [...document.images].some((image) => !image.complete),
    }));
    if (Math.max(least, needed) > height) {
      height = Math.max(least, needed);
      await page.setViewportSize({ width, height });
    } else if (!loading) return;
    if (loading) await sleep(100);
  }
}
