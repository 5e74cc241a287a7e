// Finding a matter and reading its guide; the simplified mode by each of its doors.
import assert from 'node:assert/strict';
import { journey, useWorld } from '../lib/journey.mjs';
import { GuidePage, HomePage, ListPage } from '../pages/index.mjs';

const world = useWorld();
const SLUGS = ['birth-registration', 'food-licence', 'property-transfer'];

journey('[D1] [D2] the home page leads to everything', world, async ({ visitor, page, project }) => {
  const home = await new HomePage(visitor).visit();
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
  assert.equal(await home.heading.count(), 1, 'one main heading');
  assert.equal(await page.locator('html').getAttribute('data-mode'), project.care ? 'care' : null);
  await home.check('home');
});

journey('[D1] [D2] a matter is found by its everyday name, by part of it, by initials', world, async ({ visitor }) => {
  for (const [words, title] of [['食品', '食品经营许可'], ['上户口', '出生登记'], ['spjy', '食品经营许可'], ['csdj', '出生登记'], ['房子过户', '不动产转移登记']]) {
    const list = await (await new HomePage(visitor).visit()).search(words);
    assert.equal((await list.titles())[0], title, `${words} finds ${title} first`);
  }
  await new ListPage(visitor).check('list-found');
  const guide = await new ListPage(visitor).choose('不动产转移登记');
  assert.match(guide.path, /property-transfer/);
});

journey('[D1] [D2] nothing found is no dead end', world, async ({ visitor }) => {
  const list = await (await new HomePage(visitor).visit()).search('宇宙飞船驾照');
  await list.says('没有找到“宇宙飞船驾照”', '12345');
  assert.equal((await list.titles()).length, SLUGS.length, 'what there is, is offered');
  await list.check('list-nothing');
  const hostile = await (await new HomePage(visitor).visit()).search('<script>alert(1)</script>"\'');
  await hostile.says('<script>alert(1)</script>');
});

journey('[D1] browsing by filters', world, async ({ visitor, project }) => {
  if (!project.care) {
    const firms = await (await new HomePage(visitor).visit()).browse('企业办事');
    assert.ok((await firms.titles()).includes('食品经营许可') && !(await firms.titles()).includes('出生登记'));
    const online = await (await new HomePage(visitor).visit()).browse('全程网办');
    assert.ok((await online.titles()).includes('食品经营许可'));
  }
  const list = await new ListPage(visitor).visit();
  assert.equal((await list.titles()).length, SLUGS.length);
  await list.check('list-all');
  await list.filter('当场办结');
  assert.deepEqual(await list.titles(), ['出生登记']);
  await list.filter('当场办结');
  await list.filter('不收费');
  assert.ok(!(await list.titles()).includes('不动产转移登记'));
  await list.filter('生育收养');
  assert.deepEqual(await list.titles(), ['出生登记'], 'filters add up');
});

journey('[C5] [C6] [C12] every guide is complete', world, async ({ visitor, page }) => {
  for (const slug of SLUGS) {
    const guide = await new GuidePage(visitor).visit(slug);
    await guide.says(
      '办什么', '谁来办', '多久办好', '花多少钱', '跑几次', '办理部门', '需要的材料', '办理条件', '办理流程', '依据',
      '地址', '办公时间', '办理人员', '责任人', '咨询电话', '投诉电话', '办理结果', '实施编码', '注意事项',
    );
    const attachments = await guide.attachments();
    assert.ok(attachments.length >= 4, `${slug} has samples and blank forms`);
    for (const href of attachments) assert.equal((await guide.download(href)).status, 200, href);
    await guide.check(`guide-${slug}`);
  }
  assert.equal((await page.goto('/matters/no-such-matter')).status(), 404);
  visitor.allow(/status of 404/);
}, { only: ({ name }) => ['phone-js', 'desk-plain', 'care-plain'].includes(name) });

journey('[C5] a guide prints on two pages', world, async ({ visitor }) => {
  for (const slug of SLUGS) {
    const guide = await new GuidePage(visitor).visit(slug);
    const pages = await guide.printedPages();
    assert.ok(pages >= 1 && pages <= 2, `${slug} prints on ${pages} pages`);
  }
}, { only: ({ name }) => name === 'desk-js' });

journey('[D2] 长辈版 by the switch, by its address, by searching for it; it stays', world, async ({ visitor, page }) => {
  const mode = () => page.locator('html').getAttribute('data-mode');
  const home = await new HomePage(visitor).visit();
  assert.equal(await mode(), null);
  await home.press('长辈版', page.getByRole('banner'));
  assert.equal(await mode(), 'care');
  await new GuidePage(visitor).visit(SLUGS[0]);
  assert.equal(await mode(), 'care', 'kept on the next page');
  assert.ok(await page.getByRole('link', { name: /12345|求助电话/ }).first().isVisible(), 'help by phone in sight');
  await home.press(/标准版|退出长辈版/, page.getByRole('banner'));
  assert.equal(await mode(), null);
  assert.match(home.path, /birth-registration/, 'one stays where one was');
  await (await home.visit()).search('长辈版');
  assert.equal(await mode(), 'care');
  await home.press(/标准版|退出长辈版/, page.getByRole('banner'));
  assert.equal(await mode(), null);
  await home.open('/?mode=care');
  assert.equal(await mode(), 'care');
}, { only: ({ care }) => !care });

journey('help, privacy and “办不成事” are reachable from every page', world, async ({ visitor, page }) => {
  const home = await new HomePage(visitor).visit();
  for (const [link, name] of [['帮助', 'help'], ['办不成事，请告诉我们', 'stuck'], ['隐私说明', 'privacy']]) {
    await home.visit();
    await home.follow(link, page.getByRole('contentinfo'));
    await home.check(name);
  }
}, { only: ({ name }) => ['phone-js', 'desk-plain', 'care-plain'].includes(name) });
