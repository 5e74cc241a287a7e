// Every matter of the catalogue, from search to a filled draft: written from the catalogue, so a new
// matter is driven as soon as its file is there.
import assert from 'node:assert/strict';
import { PROJECTS } from '../lib/browser.mjs';
import { matters, valuesFor } from '../lib/catalogue.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { HomePage, ListPage, MaterialsPage, OutcomePage, QuestionPage } from '../pages/index.mjs';

const world = useWorld();
const all = matters();
assert.ok(all.length >= 3, `${all.length} matters`);

/** Each matter on one device in turn; on every device in the long run. */
const turn = (index) => ({ name }) => Boolean(process.env.ONEVISIT_LONG) || name === PROJECTS[index % PROJECTS.length].name;

for (const [index, { slug, title, alias, under }] of all.entries()) {
  journey(`[C1] [C5] [C11] [D1] ${title}, from search to a filled draft`, world, async ({ visitor }) => {
    await (await new HomePage(visitor).visit()).search(alias);
    const list = new ListPage(visitor);
    assert.ok((await list.titles()).slice(0, 3).includes(under ?? title), `“${alias}” finds ${await list.titles()}`);
    const guide = await list.choose(under ?? title);
    // What a township offers beside its county stands on the county's guide.
    if (under) await guide.follow(title);
    assert.equal(await guide.heading.innerText(), title);
    await guide.check(`guide-${slug}`);
    await guide.start();
    const outcome = await eligible(new QuestionPage(visitor));
    await outcome.check(`outcome-${slug}`);
    const form = await outcome.toForm();
    await fillAnything(form);
    assert.match(form.path, /\/materials/, 'the form is through');
    const materials = form.as(MaterialsPage);
    assert.ok((await materials.slots()).length > 0, 'there is something to hand in');
    const report = await materials.toReport();
    const open = await report.main.locator('#must li a').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
    assert.ok(open.every((href) => href.includes('/materials')), `only materials are missing: ${open}`);
  }, { only: turn(index) });
}

/** Answers each question with its first answer; where that ends the way, with the next one. */
async function eligible(question) {
  if (question.asked === 'all') await question.visit(question.draft, '/questions');
  const tried = new Map();
  for (let steps = 0; steps < 40; steps += 1) {
    if (!question.asked) {
      if (await question.main.getByRole('link', { name: '开始填写' }).count()) return question.as(OutcomePage);
      // Not this way: the last question is answered otherwise.
      const last = [...tried.keys()].at(-1);
      await question.visit(question.draft, `/questions/${last}`);
    }
    const { asked } = question;
    const next = tried.get(asked) ?? 0;
    tried.delete(asked);
    tried.set(asked, next + 1);
    const values = await question.page.locator(`input[name="${asked}"]`).evaluateAll((inputs) => inputs.map((i) => i.value));
    assert.ok(next < values.length, `no answer to ${asked} leads on`);
    await question.choose(values[next]);
    await question.next();
  }
  throw new Error('the questions never end');
}

/** Section after section; what depends on an answer of the same page shows after saving. */
async function fillAnything(form) {
  for (let steps = 0; form.section && steps < 60; steps += 1) {
    const at = `${form.section} ${form.path}`;
    await form.fill(await missing(form));
    await form.next();
    assert.ok(`${form.section} ${form.path}` !== at || form.visitor.project.care, JSON.stringify(await form.errors()));
  }
}

/** Right values for what the page shows and nobody filled yet. */
async function missing(form) {
  const wanted = await valuesFor(form.page);
  const shown = {};
  for (const [name, value] of Object.entries(wanted)) {
    if ((await form.field(name).count()) && !(await form.values([name]))[name]) shown[name] = value;
  }
  return shown;
}
