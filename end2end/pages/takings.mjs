import { BasePage } from './base.mjs';

/** 窗口收款 */
export class TakingsPage extends BasePage {
  visit(number = '') {
    return this.open(`/desk/takings${number && `?number=${number}`}`);
  }

  /** `counter_pos` or `counter_cash`. */
  async record(means, slip) {
    const form = this.page.locator('#take form');
    await form.locator('select[name="means"]').selectOption(means);
    await form.locator('input[name="slip"]').fill(slip);
    await this.press('钱已收到，登记', form);
  }

  /** The newest line about this slip. */
  line(slip) {
    return this.page.locator('#recorded tr', { hasText: slip }).first();
  }

  async mayConfirm(slip) {
    return Boolean(await this.line(slip).getByRole('button').count());
  }

  async confirm(slip) {
    await this.press('票款相符，确认', this.line(slip));
  }

  /** Money that is to be handed back for this bill. */
  back(number) {
    return this.page.locator('#back tr', { hasText: number }).first();
  }

  async handBack(number, slip) {
    await this.back(number).locator('input[name="slip"]').fill(slip);
    await this.press('已退，登记', this.back(number));
  }
}

/** 请别人代付 */
export class PayLinkPage extends BasePage {
  visit(link) {
    return this.open(new URL(link).pathname);
  }
}
