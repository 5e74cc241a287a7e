import { BasePage } from './base.mjs';
import { QuestionPage } from './apply.mjs';

/** 办事指南 */
export class GuidePage extends BasePage {
  visit(slug) {
    return this.open(`/matters/${slug}`);
  }

  async start() {
    await this.press('开始办理');
    return new QuestionPage(this.visitor, this.page);
  }

  /** Addresses of filled samples and blank forms. */
  attachments() {
    return this.main.locator('a[href^="/samples/"], a[href^="/forms/"]').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  }

  /** Pages of the print on A4. */
  async printedPages() {
    const bytes = await this.page.pdf({ format: 'A4' });
    return bytes.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length;
  }
}
