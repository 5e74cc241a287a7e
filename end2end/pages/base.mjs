import assert from 'node:assert/strict';
import { check } from '../lib/journey.mjs';

/** A page object names what a person does on a page; journeys never name selectors. */
export class BasePage {
  constructor(visitor, page = visitor.page) {
    Object.assign(this, { visitor, page });
  }

  get heading() {
    return this.page.getByRole('heading', { level: 1 });
  }

  get main() {
    return this.page.getByRole('main');
  }

  /** Path and query of the page now shown. */
  get path() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  /** Opens an address and expects success. */
  async open(where) {
    const answer = await this.page.goto(where);
    assert.equal(answer.status(), 200, `${where} answers ${answer.status()}`);
    return this;
  }

  /** Valid HTML, axe, width, screenshot. */
  async check(name) {
    await this.hydrated();
    await check(this.visitor, name, this.page);
    return this;
  }

  /** Waits until the islands of the page have come to life; with scripts off there is nothing to wait for. */
  async hydrated() {
    if (!this.visitor.project.js) return;
    await this.page.waitForFunction(() => document.documentElement.dataset.hydrated);
    const state = await this.page.locator('html').getAttribute('data-hydrated');
    assert.notEqual(state, 'failed', `the islands of ${this.path} failed`);
  }

  /** Does something that leads to another page (or to this one anew) and waits until it is there. */
  async leave(act) {
    await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), act()]);
  }

  async press(label, within = this.main) {
    await this.leave(() => within.getByRole('button', { name: label }).click());
  }

  async follow(label, within = this.main) {
    await this.leave(() => within.getByRole('link', { name: label }).first().click());
  }

  /** Expects words somewhere on the page. */
  async says(...patterns) {
    const text = await this.main.innerText();
    for (const pattern of patterns) {
      const found = pattern instanceof RegExp ? pattern.test(text) : text.includes(pattern);
      assert.ok(found, `${this.path} does not say ${pattern}:\n${text.slice(0, 3000)}`);
    }
  }

  async saysNot(...patterns) {
    const text = await this.main.innerText();
    for (const pattern of patterns) {
      const found = pattern instanceof RegExp ? pattern.test(text) : text.includes(pattern);
      assert.ok(!found, `${this.path} says ${pattern}`);
    }
  }

  /** Errors of the summary at the top: sentence and the address of the field each leads to. */
  errors() {
    return this.page.locator('#errors li').evaluateAll((items) => items.map((item) => ({
      text: item.innerText, href: item.querySelector('a')?.getAttribute('href') ?? null,
    })));
  }

  /** The summary has the focus, so that screen readers begin there. */
  async errorsFocused() {
    return this.page.evaluate(() => document.activeElement?.id === 'errors' || location.hash === '#errors');
  }

  /** A file behind a link, fetched with this visitor's cookies. */
  async download(where) {
    const answer = await this.visitor.context.request.get(where);
    return { status: answer.status(), type: answer.headers()['content-type'], bytes: await answer.body() };
  }

  /** A PDF that is one. */
  async downloadPdf(where) {
    const { status, type, bytes } = await this.download(where);
    assert.equal(status, 200, `${where} answers ${status}`);
    assert.match(type, /^application\/pdf/);
    assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
    assert.match(bytes.subarray(-16).toString('latin1'), /%%EOF/, 'the PDF is complete');
    return bytes;
  }
}
