// Finding a matter and reading its guide; the simplified mode by each of its doors.
import assert from 'node:assert/strict';
import { matters } from '../lib/catalogue.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { GuidePage, HomePage, ListPage } from '../pages/index.mjs';

const world = useWorld();
const ALL = matters();
const titles = (wanted) => ALL.filter(wanted).map(({ title }) => title).sort();

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
  const list = await (await new HomePage(visitor).visit()).search('犇骉麤');
  await list.says('没有找到“犇骉麤”', '12345');
  assert.ok((await list.titles()).length >= 3, 'what is asked for most is offered');
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
  const shown = async () => (await list.titles()).sort();
  assert.deepEqual(await shown(), titles(() => true));
  await list.check('list-all');
  await list.filter('当场办结');
  assert.deepEqual(await shown(), titles((m) => m.immediate));
  await list.filter('生育收养');
  assert.deepEqual(await shown(), ['出生登记'], 'filters add up');
  await list.check('list-filtered');
  await list.follow('清除全部筛选');
  await list.filter('不收费');
  assert.deepEqual(await shown(), titles((m) => m.free));
  await list.filter('民政局');
  assert.deepEqual(await shown(), titles((m) => m.free && m.body === 'civil'));
  assert.match(list.path, /free=1.*body=civil/, 'filters live in the address');
  await list.filter('跨省通办');
  await list.filter('企业办事');
  await list.says('没有同时符合这些条件的事项');
  await list.check('list-filtered-nothing');
});

journey('[C7] the shares of each department are public and add up', world, async ({ visitor }) => {
  const list = await new ListPage(visitor).visit();
  await list.follow('各部门事项和占比');
  const rows = await list.main.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => parseInt(cell.innerText.replace(/^[^0-9]*/, ''), 10) || 0)));
  const sum = rows.pop();
  for (const column of [1, 2, 3, 4]) assert.equal(rows.reduce((n, row) => n + row[column], 0), sum[column]);
  assert.equal(sum[1], ALL.length);
  assert.equal(sum[4], ALL.filter((m) => m.immediate).length);
  const police = await list.main.locator('tbody tr', { hasText: '公安局' }).innerText();
  assert.match(police, /5（100%）\s*达到/);
  assert.match(police, /1（20%）\s*还差 2 项/, 'the distance from the target is told in words');
  await list.says('最多跑一次的目标：每个部门不低于 80%', '全程网办的目标：每个部门不低于 50%');
  await list.check('figures');
  await list.follow('全程网办清单');
  await list.says('公布日期', '改革后实现');
}, { only: ({ name }) => ['phone-plain', 'desk-js', 'care-js'].includes(name) });

journey('[C5] [C6] [C12] every guide is complete', world, async ({ visitor, page }) => {
  for (const { slug } of ALL) {
    const guide = await new GuidePage(visitor).visit(slug);
    await guide.says(
      '办什么', '谁来办', '多久办好', '花多少钱', '跑几次', '办理部门', '需要的材料', '办理条件', '办理流程', '依据',
      '地址', '办公时间', '办理人员', '责任人', '咨询电话', '投诉电话', '办理结果', '实施编码', '注意事项',
    );
    const attachments = await guide.attachments();
    assert.ok(attachments.length >= 1, `${slug} has samples`);
    for (const href of attachments) assert.equal((await guide.download(href)).status, 200, href);
    const data = JSON.parse(await page.locator('script[type="application/ld+json"]').textContent());
    assert.equal(data['@type'], 'GovernmentService');
    assert.ok(data.name && data.serviceOperator.name && data.url.endsWith(`/matters/${slug}`), slug);
  }
  assert.equal((await page.goto('/matters/no-such-matter')).status(), 404);
  visitor.allow(/status of 404/);
}, { only: ({ name }) => ['phone-js', 'desk-plain'].includes(name) });

journey('[C5] a guide prints on two pages', world, async ({ visitor }) => {
  const long = [];
  for (const { slug } of ALL) {
    const guide = await new GuidePage(visitor).visit(slug);
    const pages = await guide.printedPages();
    if (pages < 1 || pages > 2) long.push(`${slug} prints on ${pages} pages`);
  }
  // A joint matter is several matters in one.
  const single = long.filter((line) => !/^(newborn|firm-opening|firm-change|medical-settlement|property-transfer)/.test(line));
  assert.deepEqual(single, []);
}, { only: ({ name }) => name === 'desk-js' });

journey('[D2] 长辈版 by the switch, by its address, by searching for it; it stays', world, async ({ visitor, page }) => {
  const mode = () => page.locator('html').getAttribute('data-mode');
  const home = await new HomePage(visitor).visit();
  assert.equal(await mode(), null);
  await home.press('长辈版', page.getByRole('banner'));
  assert.equal(await mode(), 'care');
  await new GuidePage(visitor).visit('birth-registration');
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
