// Files as people hand them in. Photographs and PDF are made by the browser, so that they are real.
import { browser } from './browser.mjs';

const made = new Map();

/** A page of paper with this title, as the browser lays it out. */
const paper = (title) => `<!doctype html><meta charset="utf-8"><body style="margin:40px;font:22px/1.6 sans-serif;background:#f6f3ea">
<h1 style="text-align:center">${title}</h1>${Array.from({ length: 18 }, (_, i) => `<p>${i + 1}. ${title}，示例县，编号 ${1000 + i * 37}，仅供演示，不是真的证件。</p>`).join('')}`;

async function onPage(key, size, title, make) {
  if (!made.has(key)) {
    const context = await (await browser()).newContext({ viewport: size });
    const page = await context.newPage();
    await page.setContent(paper(title));
    made.set(key, await make(page));
    await context.close();
  }
  return made.get(key);
}

/** A sharp photograph, 800 × 1100; another title makes other bytes. */
export async function photo(title, name = `${title}.jpg`) {
  const buffer = await onPage(`photo ${title}`, { width: 800, height: 1100 }, title, (page) => page.screenshot({ type: 'jpeg', quality: 80 }));
  return { name, mimeType: 'image/jpeg', buffer };
}

/** A photograph with too few pixels: advice, no obstacle. */
export async function smallPhoto(title, name = `${title}.jpg`) {
  const buffer = await onPage(`small ${title}`, { width: 400, height: 500 }, title, (page) => page.screenshot({ type: 'jpeg', quality: 80 }));
  return { name, mimeType: 'image/jpeg', buffer };
}

/** What a phone's camera makes: 4000 × 3000, a few megabytes. */
export async function largePhoto(title, name = `${title}.jpg`) {
  const draw = (page) => page.evaluate((words) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 4000, height: 3000 });
    const context = canvas.getContext('2d');
    context.fillStyle = '#efe9dc';
    context.fillRect(0, 0, 4000, 3000);
    context.fillStyle = '#1d2530';
    context.font = '64px sans-serif';
    for (let line = 0; line < 34; line += 1) context.fillText(`${line + 1}. ${words}，示例县，编号 ${1000 + line * 37}，仅供演示，不是真的证件。`, 160, 170 + line * 82);
    // The grain of a sensor: without it the file would be smaller than any photograph.
    const pixels = context.getImageData(0, 0, 4000, 3000);
    for (let at = 0, grain = 1; at < pixels.data.length; at += 4) {
      grain = (Math.imul(grain, 1103515245) + 12345) & 0x7fffffff;
      const add = ((grain >> 16) % 13) - 6;
      for (let colour = 0; colour < 3; colour += 1) pixels.data[at + colour] += add;
    }
    context.putImageData(pixels, 0, 0);
    return canvas.toDataURL('image/jpeg', 0.8).split(',')[1];
  }, title);
  const base64 = await onPage(`large ${title}`, { width: 800, height: 600 }, title, draw);
  return { name, mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') };
}

export async function pdf(title, name = `${title}.pdf`) {
  const buffer = await onPage(`pdf ${title}`, { width: 800, height: 1100 }, title, (page) => page.pdf({ format: 'A4' }));
  return { name, mimeType: 'application/pdf', buffer };
}

export const empty = (name = '空.jpg') => ({ name, mimeType: 'image/jpeg', buffer: Buffer.alloc(0) });

/** A text that calls itself a photograph. */
export const disguised = (name = '其实是文字.jpg') => ({ name, mimeType: 'image/jpeg', buffer: Buffer.from('这不是照片，只是一段文字。'.repeat(40)) });
