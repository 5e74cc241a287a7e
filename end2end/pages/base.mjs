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

  /** Opens an address and expects success. */
  async open(where) {
    const answer = await this.page.goto(where);
    assert.equal(answer.status(), 200, `${where} answers ${answer.status()}`);
    return this;
  }

  /** Valid HTML, axe, width, screenshot. */
  async check(name) {
    await check(this.visitor, name, this.page);
    return this;
  }

  /** Waits until the islands of the page have come to life; with scripts off there is nothing to wait for. */
  async hydrated() {
    if (!this.visitor.project.js) return;
    await this.page.waitForLoadState('networkidle');
  }
}
