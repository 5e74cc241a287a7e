import { BasePage } from './base.mjs';

/** 退款、对账、减免 */
export class MoneyPage extends BasePage {
  visit() {
    return this.open('/desk/money');
  }

  async fetch(day, account = 'wechat') {
    const form = this.page.locator('form[action="/desk/money/fetch"]');
    await form.locator('select[name="provider"]').selectOption(account);
    await form.locator('input[name="day"]').fill(day);
    await this.press('取对账单', form);
  }

  /** The newest line about this number. */
  line(number) {
    return this.page.locator('#recon tr', { hasText: number }).first();
  }

  async isOpen(number) {
    return /待处理/.test(await this.line(number).innerText());
  }

  async isAsked(number) {
    return /等另一个人同意/.test(await this.line(number).innerText());
  }

  async propose(number, reason) {
    const line = this.line(number);
    await line.locator('summary').click();
    await line.locator('input[name="reason"]').fill(reason);
    await this.press('提出调整', line);
  }

  async agree(number) {
    await this.leave(() => this.line(number).getByRole('button', { name: '同意', exact: true }).click());
  }
}
