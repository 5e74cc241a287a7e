import { BasePage } from './base.mjs';

/** 看文件: one file, page by page. */
export class FilePage extends BasePage {
  /** Opens the page about a file that this page links to. */
  static async from(page, name) {
    const href = await page.main.getByRole('link', { name }).first().getAttribute('href');
    const file = new FilePage(page.visitor, page.page);
    await file.open(href);
    return file;
  }

  /** Width and height of the picture as it came. */
  async picture() {
    const image = this.main.locator('.ov-viewer__image');
    await image.scrollIntoViewIfNeeded();
    await this.page.waitForFunction(() => document.querySelector('.ov-viewer__image')?.complete);
    return image.evaluate((img) => [img.naturalWidth, img.naturalHeight]);
  }

  /** Address of the download, with its proof. */
  link() {
    return this.main.getByRole('link', { name: '下载原文件' }).getAttribute('href');
  }
}
