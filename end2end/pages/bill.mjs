import { BasePage } from './base.mjs';

/** 缴费 */
export class BillPage extends BasePage {
  total() {
    return this.main.locator('tfoot, .ov-money-table__total').first().innerText();
  }

  async toCashier() {
    await this.press(/^用微信支付缴/);
    return new CashierPage(this.visitor, this.page);
  }

  async askAgain() {
    await this.press('我已支付，重新查询');
  }
}

/** The provider's page, outside of the product. */
export class CashierPage extends BasePage {
  amountFen() {
    return this.page.locator('[data-amount-fen]').getAttribute('data-amount-fen').then(Number);
  }

  async pay() {
    await this.leave(() => this.page.getByRole('button', { name: '确认支付' }).click());
    return new BillPage(this.visitor, this.page);
  }

  async cancel() {
    await this.leave(() => this.page.getByRole('button', { name: '取消' }).click());
    return new BillPage(this.visitor, this.page);
  }
}
