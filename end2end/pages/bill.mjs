import { BasePage } from './base.mjs';

/** 缴费 */
export class BillPage extends BasePage {
  total() {
    return this.main.locator('tfoot, .ov-money-table__total').first().innerText();
  }

  /** By the words on the button; what works on another device lies behind a word. */
  async choose(way) {
    if (!(await this.main.getByRole('button', { name: way }).count())) await this.main.getByText(/^换(手机|电脑)缴/).click();
    await this.press(way);
  }

  async toCashier(way = /^用微信支付缴/) {
    await this.choose(way);
    return new CashierPage(this.visitor, this.page);
  }

  /** The page with the code to be scanned. */
  async toCode(way = /^用支付宝扫码缴/) {
    await this.choose(way);
    return new CodePage(this.visitor, this.page);
  }

  /** Until the provider's word has arrived. */
  async paid() {
    for (let i = 0; i < 100 && !/已经缴好了/.test(await this.main.innerText()); i += 1) await this.page.waitForTimeout(100);
    await this.says('已经缴好了');
  }

  async askAgain() {
    await this.press('我已支付，重新查询');
  }
}

/** 扫码缴费 */
export class CodePage extends BasePage {
  /** What the code says; shown beside it in demonstrations. */
  content() {
    return this.main.getByRole('link', { name: /打开码里的地址/ }).getAttribute('href');
  }

  async askAgain() {
    await this.press('我已支付，重新查询');
    return new BillPage(this.visitor, this.page);
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
