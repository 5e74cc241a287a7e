import { BasePage } from './base.mjs';

/** The texts of a table's cells, by row. */
const rows = (within) => within.locator('tbody tr').evaluateAll((lines) => lines.map((line) => [...line.cells].map((cell) => cell.innerText.trim())));

class EditorPage extends BasePage {
  as(Other) {
    return new Other(this.visitor, this.page);
  }

  table(caption) {
    return this.main.locator('table', { has: this.page.locator('caption', { hasText: caption }) });
  }
}

/** 事项目录的修订: all of them, and the ways to begin one. */
export class CataloguePage extends EditorPage {
  visit(query = '') {
    return this.open(`/desk/catalogue${query}`);
  }

  /** Title, version, status, effective date and last change of each. */
  revisions() {
    return rows(this.table('事项目录的修订'));
  }

  async openRevision(title) {
    await this.follow(title, this.table('事项目录的修订'));
    return this.as(RevisionPage);
  }

  /** A new version of a matter that is offered. */
  async begin(slug) {
    await this.page.locator('#f-slug').fill(slug);
    await this.press('开始改');
    return this.as(RevisionPage);
  }

  /** A matter that is not offered yet. */
  async beginNew(slug, title) {
    await this.page.locator('#f-new_slug').fill(slug);
    await this.page.locator('#f-title').fill(title);
    await this.press('开始写');
    return this.as(RevisionPage);
  }

  async importFile(file) {
    await this.page.locator('#import-file').setInputFiles(file);
    await this.press('导入');
  }

  /** Place and words of everything that is wrong with a file. */
  complaints() {
    return rows(this.table('文件没有导入'));
  }

  /** The offered version as a file: `xlsx` or `toml`. */
  async exported(slug, kind) {
    const link = this.main.locator(`a[href="/desk/catalogue/export/${slug}/${kind}"]`);
    return this.download(await link.getAttribute('href'));
  }
}

/** One revision. */
export class RevisionPage extends EditorPage {
  get id() {
    return this.path.match(/\/revisions\/([0-9a-f-]{36})/)[1];
  }

  visit(id = this.id) {
    return this.open(`/desk/catalogue/revisions/${id}`);
  }

  /** Short name, version and status. */
  state() {
    return this.main.locator('.ov-page-heading__lead').innerText();
  }

  /** What is missing: sentence, and where it leads. */
  problems() {
    const panel = this.main.locator('section', { has: this.page.getByRole('heading', { name: '还缺什么' }) });
    return panel.locator('li').evaluateAll((items) => items.map((item) => ({
      text: item.innerText, href: item.querySelector('a')?.getAttribute('href') ?? null,
    })));
  }

  /** A group of elements, by its title; `verb` is 查看 where nothing can be changed. */
  async group(title, verb = '修改') {
    await this.follow(`${verb} ${title}`);
    return this.as(EditPage);
  }

  async compare() {
    await this.follow('和现行版本比较');
    return this.as(ComparePage);
  }

  async preview() {
    await this.follow('像群众一样预览');
    return this.as(PreviewPage);
  }

  async reason(text) {
    await this.page.locator('#f-reason').fill(text);
    await this.press('保存理由');
  }

  propose() {
    return this.press('报审');
  }

  /** Whether the page offers to review it. */
  async reviewable() {
    return await this.main.getByRole('heading', { name: '审核', exact: true }).count() > 0;
  }

  /** From this day, YYYY-MM-DD. */
  async approve(day) {
    await this.page.locator('#f-effective').fill(day);
    await this.press('审核通过');
  }

  async discard() {
    await this.main.locator('summary', { hasText: '放弃这次修订' }).click();
    await this.press('放弃这次修订');
    return this.as(CataloguePage);
  }

  /** When, who and what, the oldest first. */
  history() {
    return rows(this.table('经过'));
  }
}

class PartPage extends EditorPage {
  async back() {
    await this.follow('回到这次修订');
    return this.as(RevisionPage);
  }
}

/** One group of elements as a form; fields are named `{row}.{column}`. */
export class EditPage extends PartPage {
  field(name) {
    return this.page.locator(`[name="${name}"]`);
  }

  value(name) {
    return this.field(name).inputValue();
  }

  /** What the form says is missing in it. */
  missing() {
    return this.page.locator('.ov-live [data-part=list] li').allTextContents();
  }

  async type(name, text) {
    if (this.visitor.project.js) {
      await this.hydrated();
      await this.page.locator('.ov-live[data-ready]').waitFor({ state: 'attached' });
    }
    await this.field(name).fill(text);
  }

  /** Types where the form does not save itself: over a state that somebody else has changed. */
  retype(name, text) {
    return this.field(name).fill(text);
  }

  /** Types; where the form saves itself, waits until it has: then it holds the number of a newer state. */
  async write(name, text) {
    const seen = await this.value('lock');
    await this.type(name, text);
    if (!this.visitor.project.js) return;
    await this.page.waitForFunction((old) => document.querySelector('input[name=lock]').value !== old, seen);
  }

  /** The form could not save itself and says so. */
  async notSaved() {
    await this.page.locator('.ov-live [role=status]', { hasText: '保存失败' }).waitFor();
  }

  save() {
    return this.press('保存');
  }

  /** Whether there is anything to press. */
  async locked() {
    return await this.main.getByRole('button', { name: '保存' }).count() === 0;
  }
}

/** What differs from the version that is offered. */
export class ComparePage extends PartPage {
  /** Element, before, after. */
  differences() {
    return rows(this.main);
  }
}

/** A revision as applicants would see it. */
export class PreviewPage extends PartPage {
  /** Whether an application can be begun from here. */
  beginnable() {
    return this.main.getByRole('button', { name: '开始办理' }).isEnabled();
  }

  /** Answers as `{ question: value }`, by code. */
  async answer(answers) {
    for (const [question, value] of Object.entries(answers)) await this.page.locator(`#f-${question}`).selectOption(value);
    await this.press('这样回答的结果');
  }
}
