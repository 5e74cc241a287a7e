import { BasePage } from './base.mjs';

/** 指南抽查 */
export class SpotChecksPage extends BasePage {
  visit() {
    return this.open('/desk/spot-checks');
  }

  async draw(number, seed) {
    await this.page.locator('#f-number').fill(String(number));
    await this.page.locator('#f-seed').fill(seed);
    await this.press('开始抽');
  }

  row(seed, slug) {
    const link = this.page.locator(`a[href="/matters/${slug}"]`);
    return this.main.locator('tbody tr', { hasText: seed }).filter({ has: link });
  }

  /** Short names of the matters drawn with a seed. */
  async drawn(seed) {
    const links = this.main.locator('tbody tr', { hasText: seed }).locator('th a');
    return links.evaluateAll((all) => all.map((a) => a.getAttribute('href').replace('/matters/', '')));
  }

  async status(seed, slug) {
    return (await this.row(seed, slug).locator('td').nth(1).innerText()).trim();
  }

  /** Says what came of looking at a guide: nothing wrong. */
  async clear(seed, slug) {
    const row = this.row(seed, slug);
    await row.locator('summary').click();
    await this.leave(() => row.locator('button[value=clear]').click());
  }

  /** Something wrong, and until when it is put right. */
  async found(seed, slug, text, due) {
    const row = this.row(seed, slug);
    await row.locator('summary').click();
    await row.locator('input[name=text]').fill(text);
    await row.locator('input[name=due]').fill(due);
    await this.leave(() => row.locator('button[value=found]').click());
  }

  async fixed(seed, slug, note) {
    const row = this.row(seed, slug);
    await row.locator('summary').click();
    await row.locator('input[name=note]').fill(note);
    await this.leave(() => row.getByRole('button').click());
  }
}
