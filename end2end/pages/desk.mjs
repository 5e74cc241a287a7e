import { Visitor } from '../lib/browser.mjs';
import { BasePage } from './base.mjs';

const PASSWORD = 'onevisit-demo';

export class DeskSignInPage extends BasePage {
  async signIn(username, password = PASSWORD) {
    await this.open('/desk/sign-in');
    await this.check('desk-sign-in');
    await this.page.locator('#f-username').fill(username);
    await this.page.locator('#f-password').fill(password);
    await this.press('登录');
  }
}

/** 办件队列 */
export class QueuePage extends BasePage {
  visit() {
    return this.open('/desk');
  }

  async openCase(number) {
    await this.follow(number);
    return new DeskCasePage(this.visitor, this.page);
  }
}

/** One case as staff see it. */
export class DeskCasePage extends BasePage {
  visit(id) {
    return this.open(`/desk/cases/${id}`);
  }

  get acts() {
    return this.page.locator('#acts');
  }

  /** `ok` or the id of a criterion. */
  async verdict(material, criterion, note = '') {
    const form = this.page.locator('form[action$="/verdict"]', { has: this.page.locator(`input[name=material][value="${material}"]`) });
    await form.locator(`input[name=criterion][value="${criterion}"]`).check();
    if (note) await form.locator('input[name=note]').fill(note);
    await this.leave(() => form.getByRole('button').click());
    await this.says('意见已保存');
  }

  /** Materials that may be judged now. */
  judged() {
    return this.page.locator('form[action$="/verdict"] input[name=material]').evaluateAll((all) => all.map((i) => i.value));
  }

  /** Titles of what may be done now. */
  possible() {
    return this.acts.getByRole('heading', { level: 3 }).allInnerTexts();
  }

  async act(label) {
    await this.leave(() => this.acts.getByRole('button', { name: label, exact: true }).click());
  }

  /** An act that must succeed. */
  async done(label) {
    await this.act(label);
    await this.says('已办好');
  }

  /** One act (`finish`, `fail`, `reopen`) on a part of a joint case, which must succeed. */
  async part(id, act, words = '') {
    const form = this.page.locator(`form[action$="/parts/${id}/${act}"]`);
    if (words) await form.locator('input[type=text]').fill(words);
    await this.leave(() => form.getByRole('button').click());
    await this.says('已办好');
  }

  /** 合格, on what came of an owed material; must succeed. */
  async meetOwed(material) {
    await this.leave(() => this.page.locator(`form[action$="/owed/${material}/met"]`).getByRole('button').click());
    await this.says('已办好');
  }

  /** 退回重补 by criteria of the guide; must succeed. */
  async returnOwed(material, criteria) {
    const form = this.page.locator(`form[action$="/owed/${material}/return"]`);
    await this.page.locator('details', { has: form }).locator('summary').click();
    for (const id of criteria) await form.locator(`input[name="bad-${id}"]`).check();
    await this.leave(() => form.getByRole('button').click());
    await this.says('已办好');
  }

  /** Acts offered now, as `part/act`. */
  partActs() {
    return this.page.locator('form[action*="/parts/"]').evaluateAll((forms) => forms.map((f) => f.getAttribute('action').split('/parts/')[1]));
  }

  async startSpecial(name) {
    await this.done(`开始${name}`);
  }

  async endSpecial(finding) {
    await this.page.locator('#f-finding').fill(finding);
    await this.done('保存结论并结束');
  }
}

/** 承诺核查 */
export class FollowUpsPage extends BasePage {
  visit() {
    return this.open('/desk/follow-ups');
  }

  /** The line of a broken promise. */
  #breach(number) {
    return this.page.locator('#breaches tr', { hasText: number });
  }

  /** What was seen; 属实 or 不实. */
  async record(number, note, outcome) {
    const line = this.page.locator('tr', { hasText: number }).first();
    await line.locator('summary').click();
    await line.locator('input[name=note]').fill(note);
    await this.leave(() => line.getByRole('button', { name: outcome, exact: true }).click());
    await this.says('记下了');
  }

  async askRepair(number, reason) {
    const line = this.#breach(number);
    await line.locator('summary').click();
    await line.locator('input[name=reason]').fill(reason);
    await this.leave(() => line.getByRole('button').click());
    await this.says('记下了');
  }

  async agreeRepair(number) {
    await this.leave(() => this.#breach(number).getByRole('button', { name: '同意修复', exact: true }).click());
    await this.says('记下了');
  }
}

/** A member of staff at a device of their own, already signed in; `use` gets the desk's pages. */
export async function asStaff(world, project, username, use) {
  const visitor = await Visitor.open(world, project.care ? { ...project, care: false } : project);
  try {
    await new DeskSignInPage(visitor).signIn(username);
    await use({ visitor, queue: new QueuePage(visitor), desk: new DeskCasePage(visitor) });
  } catch (error) {
    await visitor.context.close();
    throw error;
  }
  await visitor.close();
}

