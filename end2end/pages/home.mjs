import { BasePage } from './base.mjs';
import { ListPage } from './list.mjs';

/** 首页 */
export class HomePage extends BasePage {
  visit() {
    return this.open('/');
  }

  async search(words) {
    await this.main.getByRole('searchbox').or(this.main.getByRole('combobox')).fill(words);
    await this.press('搜索');
    return new ListPage(this.visitor, this.page);
  }

  async browse(label) {
    await this.follow(label);
    return new ListPage(this.visitor, this.page);
  }
}
