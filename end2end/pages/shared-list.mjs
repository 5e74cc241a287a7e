import { ApplyPage } from './apply.mjs';
import { BasePage } from './base.mjs';

/** 情形清单 behind a link. */
export class SharedListPage extends BasePage {
  materials() {
    return this.main.locator('.ov-list > li > strong').allInnerTexts();
  }

  /** The link to send, as the page shows it. */
  link() {
    return this.page.locator('#f-list-link').inputValue();
  }

  async start() {
    await this.press('按这张清单开始办');
    return new ApplyPage(this.visitor, this.page);
  }

  /** Pages of the print on A4. */
  async printedPages() {
    const bytes = await this.page.pdf({ format: 'A4' });
    return bytes.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length;
  }
}
