import { BasePage } from './base.mjs';

/** 公开清单 */
export class ListsPage extends BasePage {
  visit(list = '') {
    return this.open(list ? `/lists/${list}` : '/lists');
  }

  /** First cells of the table shown. */
  names() {
    return this.main.locator('tbody th').allInnerTexts();
  }

  /** Shows one department only. */
  async filter(body) {
    await this.leave(() => this.main.locator('.ov-tag-list__link', { hasText: new RegExp(`^\\s*${body}\\s*$`) }).click());
  }
}

/** 就近办 */
export class PlacesPage extends BasePage {
  visit(query = '') {
    return this.open(`/places${query}`);
  }

  async choose(area) {
    const options = await this.page.locator('#f-area option').evaluateAll((all) => all.map((o) => [o.textContent.trim(), o.value]));
    const [, value] = options.find(([label]) => label === area);
    await this.page.locator('#f-area').selectOption(value);
    await this.press('看看哪里能办');
  }

  /** Headings of the places shown, nearest first; the county's centre comes last. */
  async names() {
    return (await this.main.getByRole('heading', { level: 2 }).allInnerTexts()).map((text) => text.trim());
  }
}
