import assert from 'node:assert/strict';
import { SlotsPage } from './apply.mjs';
import { BasePage } from './base.mjs';

const stat = (page, label) => page.locator('#numbers .ov-stat', { hasText: label }).locator('.ov-stat__value').innerText();

/** 提交成功 */
export class ReceiptPage extends BasePage {
  /** 办件编号 of 43 characters and 查询码. */
  async numbers() {
    const number = (await stat(this.page, '办件编号')).replace(/\s/g, '');
    const tracking = (await stat(this.page, '查询码')).trim();
    return { number, tracking, id: this.path.match(/^\/cases\/([0-9a-f-]{36})/)?.[1] };
  }

  /** The link for the other party. */
  partyLink() {
    return this.page.locator('#f-party-link').inputValue();
  }

  pdf() {
    return this.main.getByRole('link', { name: '下载收件凭证（PDF）' }).getAttribute('href');
  }

  async toCase() {
    await this.follow('看进度');
    return new CasePage(this.visitor, this.page);
  }
}

/** 办件详情 */
export class CasePage extends BasePage {
  visit(id) {
    return this.open(`/cases/${id}`);
  }

  status() {
    return this.main.locator('.ov-badge').first().innerText();
  }

  /** Addresses of the documents with this word in their title. */
  documents(word) {
    return this.page.locator('#documents').getByRole('link', { name: word }).evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  }

  /** Parts of a joint case: title and state in words. */
  parts() {
    return this.page.locator('#parts h3').evaluateAll((titles) => titles.map((h) => [h.innerText.trim(), h.parentElement.querySelector('.ov-badge').innerText.trim()]));
  }

  /** Code of the verification page of the newest document. */
  async verifyCodes() {
    const links = await this.page.locator('#documents a[href^="/verify/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    return links.map((href) => href.replace('/verify/', ''));
  }

  async toCorrection() {
    await this.follow('去补正');
    return new CorrectionPage(this.visitor, this.page);
  }

  /** 撤回申请: asks first. */
  async withdraw() {
    const form = this.page.locator('form[action$="/withdraw"]');
    const fold = this.page.locator('details', { has: form }).locator('summary');
    if (await fold.count()) await fold.first().click();
    await form.locator('input[name="sure"]').check();
    await this.press('撤回申请', form);
  }
}

/** 办件详情, with materials that are owed. */
export class OwedPage extends SlotsPage {
  visit(id) {
    return this.open(`/cases/${id}`);
  }

  async handIn(material) {
    await this.press('现在补交', this.slot(material));
  }
}

/** 补正材料 */
export class CorrectionPage extends SlotsPage {
  async send() {
    await this.press('提交补正');
    return new CasePage(this.visitor, this.page);
  }
}

/** 凭查询码查进度 */
export class TrackPage extends BasePage {
  visit() {
    return this.open('/track');
  }

  parts() {
    return CasePage.prototype.parts.call(this);
  }

  async find(code, last4) {
    await this.page.locator('#f-code').fill(code);
    await this.page.locator('#f-last4').fill(last4);
    await this.press('查进度');
  }
}

/** 核验文书真伪 */
export class VerifyPage extends BasePage {
  visit() {
    return this.open('/verify');
  }

  async find(code) {
    await this.page.locator('#f-code').fill(code);
    await this.press('核验');
  }
}

/** 43 characters: implementation code, date, serial number, check character by shape of the standard. */
export function assertCaseNumber(number, code) {
  assert.equal(number.length, 43, number);
  assert.ok(number.startsWith(code), `${number} begins with ${code}`);
}
