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

  /** Switches a filter; life events, themes and departments are folded away. */
  async filter(label) {
    const link = this.main.locator('.ov-tag-list__link', { hasText: new RegExp(`^\\s*${label}\\s*$`) }).first();
    if (!(await link.isVisible())) await this.main.getByText('按一件事、主题、部门找').click();
    await this.leave(() => link.click());
  }

  async choose(title) {
    await this.follow(title);
    return new GuidePage(this.visitor, this.page);
  }
}
