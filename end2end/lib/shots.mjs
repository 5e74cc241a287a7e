// Screenshots for people to look at: end2end/out/<project>/<name>.png
import path from 'node:path';

const OUT = path.resolve(import.meta.dirname, '../out');

export async function shot(visitor, name, page = visitor.page) {
  await page.screenshot({ path: path.join(OUT, visitor.project.name, `${name}.png`), fullPage: true, animations: 'disabled' });
}
