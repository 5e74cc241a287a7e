import { handwrite } from './apply.mjs';
import { BasePage } from './base.mjs';

/** 请您确认: the other party's page. */
export class JoinPage extends BasePage {
  visit(link) {
    return this.open(new URL(link).pathname);
  }

  async toSignIn() {
    await this.follow('去登录');
  }

  async confirm(name, { agree = true, write = false } = {}) {
    if (agree) await this.page.locator('#f-agreed').check();
    await this.page.locator('#f-name').fill(name);
    if (write) await handwrite(this.page);
    await this.press('确认并签名');
  }
}
