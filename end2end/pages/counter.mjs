import { BasePage } from './base.mjs';

/** 窗口代办: a clerk files for somebody who is there. */
export class CounterPage extends BasePage {
  visit(query = '') {
    return this.open(`/desk/counter${query}`);
  }

  /** The strip that says for whom the clerk files; empty without a visit. */
  async banner() {
    const strip = this.page.locator('.ov-counter');
    return (await strip.count()) ? strip.innerText() : '';
  }

  async begin(name, phone) {
    await this.page.locator('#f-name').fill(name);
    await this.page.locator('#f-phone').fill(phone);
    await this.press('开始为他（她）办理');
  }

  /** The visitor is here again. */
  async resume(number, name) {
    await this.page.locator('#f-number').fill(number);
    await this.page.locator('#f-shown').fill(name);
    await this.press('接着为他（她）办理');
  }

  /** Titles of what is taken here. */
  taken() {
    return this.main.locator('table a[href^="/matters/"]').allInnerTexts();
  }

  async search(words) {
    await this.page.locator('#f-q').fill(words);
    await this.press('搜索');
  }

  /** By the button of the page, which also says what is lost. */
  async end() {
    await this.leave(() => this.page.locator('#end').getByRole('button').click());
  }

  /** By the strip, from any page. */
  async endFromBanner() {
    await this.leave(() => this.page.locator('.ov-counter').getByRole('button', { name: '结束本次办理' }).click());
  }
}
