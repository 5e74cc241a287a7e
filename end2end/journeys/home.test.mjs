import assert from 'node:assert/strict';
import { journey, useWorld } from '../lib/journey.mjs';
import { HomePage } from '../pages/home.mjs';

const world = useWorld();

journey('[D1] the home page opens on every device', world, async ({ visitor, page }) => {
  const home = await new HomePage(visitor).visit();
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
  assert.equal(await home.heading.count(), 1, 'one main heading');
  await home.hydrated();
  await home.check('home');
});
