import { BasePage } from './base.mjs';
import { ReceiptPage } from './case.mjs';

/** 惠民惠企政策 */
export class BenefitsPage extends BasePage {
  visit(audience = 'person') {
    return this.open(`/benefits?for=${audience}`);
  }

  titles() {
    return this.main.locator('[id^="benefit-"] h3').allInnerTexts();
  }
}

/** 适合您的政策 */
export class MatchPage extends BasePage {
  visit(audience = 'person') {
    return this.open(`/benefits/match?for=${audience}`);
  }

  agreed() {
    return this.page.locator('#f-agreed').isChecked();
  }

  agree() {
    return this.page.locator('#f-agreed').check();
  }

  /** Facts: what is typed, or the value of an answer. */
  async tell(facts) {
    for (const [name, value] of Object.entries(facts)) {
      const radio = this.page.locator(`input[type=radio][name="${name}"][value="${value}"]`);
      if (await radio.count()) await radio.check();
      else await this.page.locator(`#f-${name}`).fill(value);
    }
  }

  save() {
    return this.press(/看结果|重新看结果/);
  }

  /** Titles of `fits`, `maybe` or `fits-not`. */
  titles(group) {
    return this.page.locator(`#${group} h3`).allInnerTexts();
  }

  /** What is said about one benefit. */
  about(id) {
    return this.page.locator(`#match-${id}`).innerText();
  }

  async claim(label) {
    await this.follow(label);
    return new ClaimPage(this.visitor, this.page);
  }
}

/** 申领 */
export class ClaimPage extends BasePage {
  async fill(values) {
    for (const [name, value] of Object.entries(values)) await this.page.locator(`#f-${name}`).fill(value);
  }

  async confirm({ agree = true } = {}) {
    if (agree) await this.page.locator('#f-agreed').check();
    await this.press('确认申领');
    return new ReceiptPage(this.visitor, this.page);
  }

  async values(names) {
    const found = {};
    for (const name of names) found[name] = await this.page.locator(`#f-${name}`).inputValue();
    return found;
  }
}

