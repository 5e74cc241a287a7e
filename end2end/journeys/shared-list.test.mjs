// 情形清单: kept, printed, sent to the family by link, and begun from without answering again.
import assert from 'node:assert/strict';
import { Visitor } from '../lib/browser.mjs';
import { birth, food, property } from '../lib/filings.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { FormPage, GuidePage, QuestionPage, SharedListPage } from '../pages/index.mjs';

const world = useWorld();

/** From the guide to the outcome. */
async function outcomeOf(visitor, { slug, answers }) {
  const guide = await new GuidePage(visitor).visit(slug);
  const question = await guide.start();
  return question.answer(answers);
}

journey('[C11] a list goes to the family by link and is begun from without answering again', world, async ({ visitor, project, world }) => {
  const { slug, answers } = food();
  const outcome = await outcomeOf(visitor, { slug, answers });
  await outcome.says('保存这张清单', '草稿会自动删除', '没有姓名、电话和证件号码');
  await outcome.check('outcome-with-list');
  const materials = await outcome.materials();
  assert.ok(materials.length >= 3);
  const link = new URL(await new SharedListPage(visitor).link());
  assert.equal(link.pathname, `/matters/${slug}/list`);
  assert.deepEqual([...link.searchParams.keys()], ['v', 'a'], 'the choices and nothing else');
  assert.deepEqual(Object.fromEntries(link.searchParams.get('a').split('~').map((pair) => pair.split('.'))), answers);

  const family = await Visitor.open(world, project);
  try {
    const list = await new SharedListPage(family).open(link.pathname + link.search);
    assert.deepEqual(await list.materials(), materials);
    await list.says('可以办理', '办公时间', '咨询电话', '这张清单按这些情形列出');
    await list.check('shared-list');
    const begun = await list.start();
    assert.match(begun.path, /\/form\//, 'behind the questions');
    const form = begun.as(FormPage);
    await form.says('草稿');
    const name = project.care ? [] : ['firm_name', 'contact_phone'];
    for (const value of Object.values(await form.values(name))) assert.equal(value, '', 'the form is empty');
  } finally {
    await family.close();
  }
});

journey('[C11] an own draft stays as it is', world, async ({ visitor }) => {
  const { slug } = food();
  await (await new GuidePage(visitor).visit(slug)).start();
  const question = new QuestionPage(visitor);
  await question.visit(question.draft, '/questions/business');
  await question.choose('canteen');
  await question.next();
  const list = await new SharedListPage(visitor).open(`/matters/${slug}/list?a=business.catering~has_licence.yes~stage.new`);
  const own = await list.start();
  await own.says('里面的回答没有改动', '办食堂');
  await own.check('outcome-own-draft');
}, { only: ({ name }) => ['phone-js', 'desk-plain', 'care-plain'].includes(name) });

journey('[C11] [C5] a list prints on one or two pages', world, async ({ visitor }) => {
  for (const { slug, answers } of [birth(), food(), property()]) {
    const choices = Object.entries(answers).map((pair) => pair.join('.')).join('~');
    const list = await new SharedListPage(visitor).open(`/matters/${slug}/list?a=${choices}`);
    const pages = await list.printedPages();
    assert.ok(pages >= 1 && pages <= 2, `${slug} prints on ${pages} pages`);
  }
}, { only: ({ name }) => name === 'desk-js' });

journey('[C11] a list with nothing chosen, and one that cannot be done', world, async ({ visitor }) => {
  const open = await new SharedListPage(visitor).open('/matters/birth-registration/list');
  await open.says('还没有选情形');
  await open.check('shared-list-open');
  const refused = await new SharedListPage(visitor).open('/matters/food-licence/list?a=business.prepacked');
  await refused.says('您不用办许可，备案就可以');
  await refused.saysNot('按这张清单开始办');
  await refused.check('shared-list-refused');
}, { only: ({ name }) => ['phone-plain', 'desk-js', 'care-js'].includes(name) });
