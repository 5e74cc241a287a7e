// The catalogue as an outsider reads it, and answers that fit any form from what its page says.
import fs from 'node:fs';
import path from 'node:path';
import { creditCode, phone, residentId } from './people.mjs';
import { ROOT } from './world.mjs';

/** Every matter: { slug, title, alias, immediate, free, theme, body, under }; `under` is the county's title where a township offers the same. */
export function matters() {
  const folder = path.join(ROOT, 'catalogue/matters');
  const all = fs.readdirSync(folder).filter((name) => name.endsWith('.toml')).sort().map((name) => {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    const value = (key) => text.match(new RegExp(`^${key} = "([^"]+)"`, 'm'))[1];
    const [, aliases] = text.match(/^aliases = \[([^\]]+)\]/m);
    return {
      slug: value('slug'),
      title: value('title'),
      alias: aliases.match(/"([^"]+)"/)[1],
      immediate: value('processing') === 'immediate',
      free: !/^\[fee\]/m.test(text),
      theme: value('theme'),
      body: value('body'),
      level: value('level'),
      basic: value('basic_code'),
    };
  });
  const above = (m) => all.find((other) => other.basic === m.basic && other.level === 'county');
  return all.map((m) => ({ ...m, under: m.level === 'county' ? null : above(m)?.title ?? null }));
}

const daysFromNow = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
let serial = 500;

/** A right value for a field, from its line in the page's `data-fields`: name, label, kind and the kind's numbers. */
function valueFor([name, , , kind, ...rest]) {
  serial = 500 + ((serial + 1) % 400);
  switch (kind) {
    case 'person_name': return '欧阳建国';
    case 'phone': return phone();
    // A grown-up, a child or an old person, as the field's name says.
    case 'resident_id': return residentId(serial, /child/.test(name) ? '20200307' : /elder/.test(name) ? '19400307' : '19900307');
    case 'uscc': return creditCode(`92539999MA6K00${String(serial).padStart(3, '0')}`);
    case 'birth_certificate': return 'Z530000001';
    case 'real_estate_unit': return '539999001001GB00001F00010001';
    case 'date': return rest[1] === '1' ? daysFromNow(40) : daysFromNow(-40);
    case 'choice': return rest[0];
    case 'number': return String(Math.max(1, Number(rest[0])));
    case 'money': return '100.50';
    default: return `示例内容${serial}`.slice(0, Number(rest[0] ?? 20));
  }
}

/** Fields of the section now shown, with right values for those that must be filled. */
export async function valuesFor(page) {
  const lines = (await page.locator('[data-fields]').getAttribute('data-fields')).split('\n').map((line) => line.split('\t'));
  const known = new Map();
  for (const line of lines) if (line[2] === '!') known.set(line[0], valueFor(line));
  return Object.fromEntries(known);
}
