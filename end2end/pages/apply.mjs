import assert from 'node:assert/strict';
import { BasePage } from './base.mjs';

/** 情形引导 and what follows: all pages of one draft. */
export class ApplyPage extends BasePage {
  /** Identity of the draft, from the address. */
  get draft() {
    return this.path.match(/^\/apply\/([0-9a-f-]{36})/)?.[1];
  }

  as(Other) {
    return new Other(this.visitor, this.page);
  }

  /** The same place as this browser shows, by the step list or the address. */
  visit(draft, rest = '') {
    return this.open(`/apply/${draft}${rest}`);
  }
}

export class QuestionPage extends ApplyPage {
  get asked() {
    return this.path.match(/\/questions\/([^?#]+)/)?.[1];
  }

  async choose(value) {
    await this.page.locator(`input[name="${this.asked}"][value="${value}"]`).check();
  }

  next() {
    return this.press('下一步');
  }

  /** The questions that the page of all of them shows. */
  shown() {
    return this.main.locator('input[type=radio]').evaluateAll((inputs) => [...new Set(inputs.map((input) => input.name))]);
  }

  /** Desks ask everything at once; what depends on an answer comes with the next page. */
  async #answerWhole(answers) {
    const shown = await this.shown();
    for (const name of shown) {
      assert.ok(name in answers, `no answer planned for ${name}`);
      await this.page.locator(`input[name="${name}"][value="${answers[name]}"]`).check();
    }
    await this.next();
    assert.ok(this.asked !== 'all' || (await this.shown()).length > shown.length, 'the same questions again');
  }

  /** Answers one question after the other until the outcome shows. */
  async answer(answers) {
    const seen = [];
    while (this.asked) {
      const question = this.asked;
      if (question === 'all') {
        await this.#answerWhole(answers);
        continue;
      }
      assert.ok(question in answers, `no answer planned for ${question}`);
      assert.ok(!seen.includes(question), `${question} is asked twice`);
      seen.push(question);
      await this.choose(answers[question]);
      await this.next();
    }
    return this.as(OutcomePage);
  }
}

export class OutcomePage extends ApplyPage {
  materials() {
    return this.main.locator('.ov-list > li > strong').allInnerTexts();
  }

  async toForm() {
    await this.follow('开始填写');
    return this.as(FormPage);
  }
}

/** One section of the form; in 长辈版 one question of it at a time. */
export class FormPage extends ApplyPage {
  /** Values for questions that are not on the page yet. */
  #planned = {};

  get section() {
    return this.path.match(/\/form\/([^?#]+)/)?.[1];
  }

  field(name) {
    return this.page.locator(`[name="${name}"]`);
  }

  /** Fills what the page shows; in 长辈版 the rest is kept for the questions to come. */
  async fill(values) {
    Object.assign(this.#planned, values);
    for (const [name, value] of Object.entries(this.#planned)) {
      const field = this.field(name);
      if (this.visitor.project.care && !(await field.count())) continue;
      if (await field.first().getAttribute('type') === 'radio') await this.page.locator(`[name="${name}"][value="${value}"]`).check();
      else await field.fill(value);
      delete this.#planned[name];
    }
    await this.#settled();
  }

  /**
   * A field's message comes a moment after the field was left and moves what is below it: people see
   * that before they press, a program has to wait for it.
   */
  async #settled() {
    if (this.visitor.project.js) await this.page.waitForTimeout(450);
  }

  async values(names) {
    const read = async (name) => {
      const field = this.field(name);
      if (await field.first().getAttribute('type') !== 'radio') return [name, await field.inputValue()];
      const chosen = this.page.locator(`[name="${name}"]:checked`);
      return [name, (await chosen.count()) ? await chosen.inputValue() : ''];
    };
    return Object.fromEntries(await Promise.all(names.map(read)));
  }

  /** The message beside a field. */
  errorAt(name) {
    return this.page.locator(`#f-${name}-error`).innerText();
  }

  /** To the next section, or to what has to be mended. */
  async next() {
    const { section } = this;
    do {
      await this.press('保存，下一步');
      if (this.section !== section || this.path.includes('check=1')) return;
      await this.fill({});
    } while (this.visitor.project.care);
  }

  /** What is said about saving. */
  saidOfSaving() {
    return this.page.locator('[data-saved]').innerText();
  }

  /** What another device had put into a field, beside it. */
  theirs(name) {
    return this.page.locator('.ov-field, .ov-radios', { has: this.field(name) }).locator('[data-conflict]');
  }

  /** Drafts that keep something on this device. */
  keptHere() {
    return this.page.evaluate(() => Number(localStorage.getItem('ov-unsent')));
  }

  /** State of the automatic saving: saving, saved, offline, expired, failed; empty before anything was typed. */
  savedState() {
    return this.page.locator('[data-saved]').getAttribute('data-saved');
  }

  async waitSaved(state = 'saved') {
    await this.page.locator(`[data-saved="${state}"]`).waitFor();
  }

  /** Fills section after section until the materials. */
  async fillAll(sections) {
    while (this.section) {
      const at = this.section;
      assert.ok(sections[at], `no values planned for section ${at}`);
      await this.fill(sections[at]);
      await this.next();
      assert.notEqual(this.section, at, `section ${at} was not accepted: ${JSON.stringify(await this.errors())}`);
    }
    return this.as(MaterialsPage);
  }
}

/** Cards with files: the materials of a draft, or those reopened by a notice. */
export class SlotsPage extends ApplyPage {
  slot(material) {
    return this.page.locator(`#slot-f-${material}`);
  }

  slots() {
    return this.page.locator('.ov-file-slot').evaluateAll((cards) => cards.map((c) => c.id.replace('slot-f-', '')).filter((id) => id !== 'unsorted'));
  }

  files(material) {
    return this.slot(material).locator('.ov-file-slot__file .ov-file-slot__name a').allInnerTexts();
  }

  findings(material) {
    return this.slot(material).locator('.ov-file-slot__finding').allInnerTexts();
  }

  /**
   * Chooses files and sends them as the page offers it: by its button, or, where the island lives,
   * by itself. Comes back when the page shows what became of them.
   */
  async upload(material, ...files) {
    await this.hydrated();
    const card = this.slot(material);
    const island = card.locator('.ov-upload');
    const input = card.locator('input[type=file]');
    if (await island.count() && await island.isVisible()) {
      const status = card.locator('.ov-upload__status[data-part=status]');
      const before = await status.innerText();
      const reloaded = this.page.waitForEvent('load');
      await input.setInputFiles(files);
      const told = this.page.waitForFunction(
        ([element, old]) => element.textContent !== old && /传好 \d+ 个，\d+ 个没有上传/.test(element.textContent),
        [await status.elementHandle(), before],
      );
      await Promise.any([reloaded, told]);
      for (const promise of [reloaded, told]) promise.catch(() => {});
      // Some are there, some are not: the list is fetched anew when the person says so.
      const refresh = card.getByRole('button', { name: '更新列表' });
      if (await refresh.isVisible().catch(() => false)) await this.leave(() => refresh.click());
      await this.hydrated();
    } else {
      await input.setInputFiles(files);
      await this.leave(() => card.getByRole('button', { name: '上传' }).click());
    }
  }

  /** Says which day stands on the paper in a slot. */
  async date(material, day) {
    const card = this.slot(material);
    await card.locator(`#f-day-${material}`).fill(day);
    await this.press(/^保存日期（.+）$/, card);
  }

  /** The day as the page holds it. */
  day(material) {
    return this.slot(material).locator(`#f-day-${material}`).inputValue();
  }

  async remove(material, name) {
    const button = this.slot(material).getByRole('button', { name: `删除 ${name}` });
    await this.leave(() => button.first().click());
  }
}

export class MaterialsPage extends SlotsPage {
  /** 同意并查询 in the panel of electronic licences. */
  async askLicences({ agree = true } = {}) {
    const panel = this.page.locator('#licences');
    const box = panel.locator('#f-agreed');
    assert.equal(await box.isChecked(), false, 'never ticked in advance');
    if (agree) await box.check();
    await this.press('同意并查询', panel);
  }

  /** Drops many files at once, and comes to the page on which they are sorted. */
  async dropMany(...files) {
    await this.hydrated();
    const card = this.slot('unsorted');
    await this.leave(async () => {
      await card.locator('input[type=file]').setInputFiles(files);
      const button = card.getByRole('button', { name: '上传' });
      if (!this.visitor.project.js) await button.click();
    });
    return this.as(ManyPage);
  }

  /** Presses a button of one slot. */
  async pressIn(material, label) {
    await this.press(label, this.slot(material));
  }

  /** What the card of a slot says. */
  said(material) {
    return this.slot(material).innerText();
  }

  /** 以后再补 */
  async toLater(material) {
    await this.follow('以后再补', this.slot(material));
    return this.as(PromisePage);
  }

  /** 告知承诺, read in full before anything is decided. */
  async toPromise(material) {
    await this.follow('看承诺书全文', this.slot(material));
    return this.as(PromisePage);
  }

  async toReport() {
    await this.follow('下一步，看预检报告');
    return this.as(ReportPage);
  }
}

/** 整理这一页: one picture, turned and cut. */
export class ArrangePage extends ApplyPage {
  /** What is cut off at an edge, in per cent. */
  cut(edge) {
    return this.page.locator(`#f-${edge}`).inputValue();
  }

  async fillCut(edge, share) {
    await this.page.locator(`#f-${edge}`).fill(share);
  }

  /** Moves an edge by the keyboard, where the handles live. */
  async pushEdge(name, key) {
    await this.hydrated();
    await this.page.getByRole('slider', { name }).press(key);
  }

  /** Smallest side of a handle, in pixels. */
  async smallestHandle() {
    const boxes = await Promise.all((await this.page.getByRole('slider').all()).map((handle) => handle.boundingBox()));
    return Math.min(...boxes.flatMap(({ width, height }) => [width, height]));
  }
}

/** 给文件归类: each file with its choice. */
export class ManyPage extends ApplyPage {
  choice(name) {
    return this.main.getByLabel(`“${name}”是哪份材料`);
  }

  /** The words of what is chosen. */
  chosen(name) {
    return this.choice(name).evaluate((select) => select.selectedOptions[0].textContent);
  }

  async confirm() {
    await this.press('确认归类');
  }
}

/** A promise: the whole text, a box to tick, a name. */
export class PromisePage extends ApplyPage {
  async sign(name, { agree = true } = {}) {
    const form = this.page.locator('#promise-form');
    const box = form.locator('#f-agreed');
    assert.equal(await box.isChecked(), false, 'never ticked in advance');
    if (agree) await box.check();
    await form.locator('#f-name').fill(name);
    await this.press('签名', form);
    return this.as(MaterialsPage);
  }

  async back() {
    await this.follow('回去上传材料');
    return this.as(MaterialsPage);
  }
}

export class ReportPage extends ApplyPage {
  /** What has to be mended: names of questions, fields and materials. */
  must() {
    return this.page.locator('#must li strong').allInnerTexts();
  }

  advice() {
    return this.page.locator('#advice li strong').allInnerTexts();
  }

  async toSign() {
    await this.follow('去签名');
    return this.as(SignPage);
  }

  /** 去签名 cannot be pressed. */
  async blocked() {
    return (await this.main.getByRole('button', { name: '去签名' }).count()) === 1
      && this.main.getByRole('button', { name: '去签名' }).isDisabled();
  }
}

/** Writes a name with the pointer, where the page has a pad. */
export async function handwrite(page) {
  const pad = page.locator('canvas.ov-signature__pad');
  if (!(await pad.count()) || !(await pad.isVisible())) return false;
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await pad.boundingBox();
  await page.mouse.move(x + width * 0.2, y + height * 0.3);
  await page.mouse.down();
  for (const [dx, dy] of [[0.4, 0.7], [0.6, 0.3], [0.8, 0.7]]) await page.mouse.move(x + width * dx, y + height * dy, { steps: 5 });
  await page.mouse.up();
  return true;
}

export class SignPage extends ApplyPage {
  async sign(name, { agree = true, write = false } = {}) {
    if (agree) await this.page.locator('#f-agreed').check();
    await this.page.locator('#f-name').fill(name);
    if (write) await handwrite(this.page);
    await this.press('签名', this.page.locator('#sign-form'));
  }

  async submit() {
    await this.press('提交', this.page.locator('#submit'));
  }
}
