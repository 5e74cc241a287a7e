// Spot checks of guides: drawn by a seed, what is wrong is put right by the department, and only then closed.
import assert from 'node:assert/strict';
import { journey, useWorld } from '../lib/journey.mjs';
import { CataloguePage, DeskSignInPage, GuidePage, QueuePage, RevisionPage, SpotChecksPage, asStaff } from '../pages/index.mjs';

const world = useWorld();
const PHONE = '0.consult_phone';

/** A day in China as forms take it. */
const day = (from = 0) => new Date(Date.now() + 8 * 3_600_000 + from * 86_400_000).toISOString().slice(0, 10);

journey('[C15] a guide is drawn, found wrong, put right by its department, and the finding is closed', world, async ({ visitor, project, world }) => {
  const seed = `${project.name} 2026-047`;
  await new DeskSignInPage(visitor).signIn('supervisor');
  const queue = new QueuePage(visitor);
  await queue.follow('指南抽查');
  const checks = new SpotChecksPage(visitor);
  await checks.check('spot-checks');
  await checks.draw(3, seed);
  await checks.says('抽好了，请一份一份看。');
  const drawn = await checks.drawn(seed);
  assert.equal(new Set(drawn).size, 3, `${drawn}`);
  for (const slug of drawn) assert.equal(await checks.status(seed, slug), '还没看');
  await checks.check('spot-checks-drawn');
  await checks.draw(3, seed);
  await checks.says('这个种子用过了，请换一个。');
  assert.equal((await checks.drawn(seed)).length, 3, 'nothing was drawn again');

  const [bad, good] = drawn;
  await checks.clear(seed, good);
  assert.equal(await checks.status(seed, good), '没有问题');
  await checks.found(seed, bad, '', day(7));
  await checks.says('请写明发现了什么问题');
  await checks.found(seed, bad, '咨询电话打不通', '');
  await checks.says('请写明哪天前改好');
  await checks.found(seed, bad, '咨询电话打不通', day(-1));
  await checks.says('改好的日子不能早于今天');
  await checks.found(seed, bad, '咨询电话打不通', day(7));
  assert.equal(await checks.status(seed, bad), '有问题，要改');
  await checks.says('咨询电话打不通');
  await checks.check('spot-checks-found');

  // The department puts it right: one drafts, another reviews.
  const phone = `0000-8809${project.js ? '01' : '02'}`;
  await correct(world, project, bad, phone);
  const guide = await new GuidePage(visitor).visit(bad);
  await guide.says(phone);

  await checks.visit();
  await checks.fixed(seed, bad, '');
  await checks.says('或者是怎么改的');
  assert.equal(await checks.status(seed, bad), '有问题，要改', 'open until somebody says how it was put right');
  await checks.fixed(seed, bad, '咨询电话换成了能打通的');
  assert.equal(await checks.status(seed, bad), '已改好');
  await checks.says('咨询电话打不通。怎么改的：咨询电话换成了能打通的');
  await checks.check('spot-checks-fixed');
}, { only: ({ view }) => view === 'desk', timeout: 180_000 });

/** A new version with another phone, reviewed and offered today. */
async function correct(world, project, slug, phone) {
  const revised = {};
  await asStaff(world, project, 'editor', async ({ visitor }) => {
    const revision = await new CataloguePage(visitor).begin(slug);
    revised.id = revision.id;
    const edit = await revision.group('基本信息');
    await edit.write(PHONE, phone);
    await edit.save();
    await edit.back();
    await revision.reason('抽查发现咨询电话打不通，换一个。');
    await revision.propose();
    await revision.says('已报审，等另一个人审核。');
  });
  await asStaff(world, project, 'reviewer', async ({ visitor }) => {
    const revision = await new RevisionPage(visitor).visit(revised.id);
    await revision.approve(day());
    await revision.says('审核通过。到生效日期，群众就能看到。');
  });
}

journey('[C15] supervision looks at what is being changed, and changes nothing', world, async ({ visitor, page }) => {
  await new DeskSignInPage(visitor).signIn('supervisor');
  const queue = new QueuePage(visitor);
  await queue.follow('事项目录');
  const list = new CataloguePage(visitor);
  assert.equal(list.path, '/desk/catalogue');
  await list.says('事项目录的修订');
  assert.equal(await page.getByRole('button', { name: '开始改' }).count(), 0);
  await list.check('catalogue-supervisor');
}, { only: ({ name }) => name === 'desk-plain' });
