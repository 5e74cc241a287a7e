import { BasePage } from './base.mjs';
import { GuidePage } from './guide.mjs';

/** 事项列表 */
export class ListPage extends BasePage {
  visit(query = '') {
    return this.open(`/matters${query}`);
  }

  /** Titles in the order shown. */
  titles() {
    return this.main.getByRole('heading', { level: 3 }).allInnerTexts();
  }

  async filter(label) {
    await this.follow(label, this.main.getByRole('navigation', { name: '筛选' }).or(this.main.locator('.ov-tag-list')).first());
  }

  async choose(title) {
    await this.follow(title);
    return new GuidePage(this.visitor, this.page);
  }
}
