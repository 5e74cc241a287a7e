import assert from 'node:assert/strict';
import { BasePage } from './base.mjs';

/** 登录 */
export class SignInPage extends BasePage {
  visit(to = '/') {
    return this.open(`/sign-in?return=${encodeURIComponent(to)}`);
  }

  async askCode(phone) {
    await this.page.locator('#f-phone').fill(phone);
    await this.press('获取验证码');
  }

  /** “这是公用电脑” */
  async onSharedComputer() {
    await this.page.getByRole('checkbox', { name: '这是公用电脑' }).check();
  }

  async enterCode(code) {
    await this.page.locator('#f-code').fill(code);
    await this.press('登录');
  }

  /** From the page that asks for the phone to the page that one came from. */
  async signIn(phone, { shared = false } = {}) {
    const { sandbox } = this.visitor.world;
    const after = await sandbox.count(phone);
    await this.askCode(phone);
    assert.match(this.path, /^\/sign-in\/code/, JSON.stringify(await this.errors()));
    await this.check('sign-in-code');
    if (shared) await this.onSharedComputer();
    await this.enterCode(await sandbox.code(phone, { after }));
    assert.doesNotMatch(this.path, /^\/sign-in/, JSON.stringify(await this.errors()));
  }
}

/** Signs a visitor in and leads to an address. */
export async function signIn(visitor, phone, to = '/') {
  const page = await new SignInPage(visitor).visit(to);
  await page.signIn(phone);
}
