// The public lists, the places near home, and how a guide leads to both.
import assert from 'node:assert/strict';
import { matters } from '../lib/catalogue.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { GuidePage, HomePage, ListsPage, PlacesPage } from '../pages/index.mjs';

const world = useWorld();
const ALL = matters();

journey('[C2] [C13] [C15] [C18] the lists are public, and reached from every page', world, async ({ visitor, page }) => {
  const home = await new HomePage(visitor).visit();
  await home.follow('公开清单', page.getByRole('contentinfo'));
  const lists = new ListsPage(visitor);
  await lists.says('最多跑一次', '全程网办', '证明事项清单', '中介服务清单', '权责清单', '基本目录', '特别程序清单');
  await lists.check('lists');
  for (const [title, first] of [['证明事项清单', '亲子鉴定证明'], ['中介服务清单', '施工图设计文件审查'], ['权责清单', '市场主体登记'], ['基本目录', '出生登记'], ['特别程序清单', '专家评审']]) {
    await lists.visit();
    await lists.follow(title);
    assert.equal((await lists.heading.innerText()).trim(), title);
    assert.ok((await lists.names()).some((name) => name.trim() === first), `${title} holds ${first}`);
    await lists.check(`list-${title}`);
  }
  await lists.visit('basic');
  assert.ok((await lists.names()).length >= ALL.length + 10, 'the basic list holds more than is offered here');
  assert.equal((await page.goto('/lists/no-such-list')).status(), 404);
  visitor.allow(/status of 404/);
});

journey('[C15] [C18] a list shows one department only', world, async ({ visitor }) => {
  const lists = await new ListsPage(visitor).visit('powers');
  const all = (await lists.names()).length;
  await lists.filter('民政局');
  const civil = await lists.names();
  assert.ok(civil.length > 0 && civil.length < all);
  assert.match(lists.path, /body=civil/, 'filters live in the address');
  await lists.says('示例县民政局');
  await lists.saysNot('示例县公安局');
  await lists.visit('proofs');
  await lists.filter('公安局');
  await lists.says('亲子鉴定证明');
  await lists.saysNot('诊断证明');
});

journey('[C12] [C13] the lists say how long, whether the clock stops, and who pays', world, async ({ visitor }) => {
  const lists = await new ListsPage(visitor).visit('special');
  await lists.says('现场勘验', '专家评审', '不算，停下来等', '算在里面', '第四十五条');
  await lists.visit('intermediaries');
  await lists.says('您自己挑', '由县里出钱购买服务');
});

journey('[C17] one chooses where one lives and sees the nearest places first', world, async ({ visitor }) => {
  const places = await new PlacesPage(visitor).visit();
  await places.check('places');
  await places.choose('河口村');
  assert.deepEqual((await places.names()).slice(0, 2), ['临江镇河口村便民服务站', '临江镇便民服务中心']);
  assert.equal((await places.names()).at(-1), '县政务服务中心');
  await places.says('离 临江镇河口村 最近的地方', '帮您填、帮您交', '当场受理', '高龄津贴');
  await places.check('places-village');
  await places.follow('高龄津贴');
  await new GuidePage(visitor).says('就近能办的地方');
  await places.visit('?area=nowhere');
  assert.ok((await places.names()).length > 9, 'a code that does not exist is none');
});

journey('[C15] [C17] [C18] a guide leads to the nearest place, to the power and to the list of proofs', world, async ({ visitor, page }) => {
  const guide = await new GuidePage(visitor).visit('birth-registration');
  await guide.says('就近能办的地方', '城关镇便民服务中心', '权责清单：户口登记、迁移');
  await guide.follow(/证明事项清单里的说明/);
  assert.match(page.url(), /\/lists\/proofs#entry-paternity-report$/);
  assert.ok(await page.locator('#entry-paternity-report').isVisible());
  await guide.visit('birth-registration');
  await guide.follow(/权责清单/);
  assert.match(page.url(), /\/lists\/powers#entry-QZ-07-0001$/);
  await guide.visit('birth-registration');
  await guide.follow('按乡镇、村找最近的地方');
  const places = new PlacesPage(visitor);
  await places.says('办“出生登记”');
  await places.choose('临江镇');
  assert.equal((await places.names())[0], '临江镇便民服务中心', 'only where the matter is taken');
  assert.match(places.path, /matter=birth-registration/, 'the matter is kept');
  await places.choose('云岭乡');
  await places.says('这里还没有就近办的地方', '县政务服务中心', '12345');
  await places.check('places-none');
});

journey('[C2] one basic entry, two implementations: found as one line, each guide leads to the other', world, async ({ visitor, page }) => {
  const list = await (await new HomePage(visitor).visit()).search('临时救助');
  assert.equal((await list.titles())[0], '临时救助');
  assert.ok(!(await list.titles()).some((title) => title.includes('临江镇')), 'one line for one entry');
  await list.says('也可以在临江镇政府办');
  await list.check('list-implementations');
  const guide = await list.choose('临时救助');
  await guide.says('这件事也可以在别处办', '示例县民政局');
  await guide.check('guide-implementations');
  await guide.follow(/也可在示例县临江镇人民政府办理/);
  assert.match(page.url(), /\/matters\/temporary-relief-linjiang$/);
  await guide.says('小额临时救助', '承诺 3 个工作日', '11539999MB9999148J5000511999009', '临江镇便民服务中心');
  await guide.follow(/也可在示例县民政局办理/);
  assert.match(page.url(), /\/matters\/temporary-relief$/);
  const places = await new PlacesPage(visitor).visit('?matter=temporary-relief-linjiang');
  assert.deepEqual(await places.names(), ['临江镇便民服务中心', '临江镇河口村便民服务站'], 'not at the county');
  const lists = await new ListsPage(visitor).visit('basic');
  const row = await lists.main.locator('tbody tr', { hasText: '000511999009' }).innerText();
  assert.match(row, /临时救助[\s\S]*小额临时救助（临江镇）/);
});

journey('[C6] each department has a page: who is in charge, which window, which phone', world, async ({ visitor, page }) => {
  const guide = await new GuidePage(visitor).visit('birth-registration');
  await guide.follow(/示例县公安局：窗口、负责人/);
  assert.match(page.url(), /\/bodies\/police$/);
  const body = new ListsPage(visitor);
  await body.says('公安局户政管理大队负责人', '公安户籍窗口', '办理人员', '责任人', '咨询', '投诉', '出生登记', '法定机关');
  await body.check('body');
  await body.follow('各部门');
  await body.says('示例县临江镇人民政府', '和别的部门一起办“一件事”');
  await body.check('bodies');
  await body.follow('国家税务总局示例县税务局');
  await body.says('这个部门不单独收件', '和别的部门一起办的事');
  await body.check('body-joint');
  assert.equal((await page.goto('/bodies/nowhere')).status(), 404);
  visitor.allow(/status of 404/);
});

journey('[C7] both lists are public by batches, each with its pledge and with what is not done yet', world, async ({ visitor, page }) => {
  const lists = await new ListsPage(visitor).visit();
  await lists.follow('最多跑一次清单');
  assert.match(page.url(), /\/lists\/once$/);
  assert.equal((await lists.names()).length, ALL.length);
  await lists.says(`共 ${ALL.length} 项：已实现 ${ALL.length} 项，改革后实现 0 项`, '第一批', '2026年3月31日', '第二批', '2026年6月30日');
  await lists.check('list-once');
  await lists.visit('online');
  await lists.says('共 23 项：已实现 19 项，改革后实现 4 项', '选一批');
  await lists.saysNot('结婚登记');
  const birth = await page.locator('tbody tr', { hasText: '出生登记' }).innerText();
  assert.match(birth, /改革后实现/);
  assert.match(birth, /最多跑 1 次/, 'why one still has to come');
  await lists.filter('第二批');
  await lists.says('公开承诺书（第二批）', '示例县各承办部门，2026年9月30日公布', '共 12 项');
  assert.equal((await lists.names()).length, 12);
  await lists.filter('公安局');
  assert.deepEqual((await lists.names()).map((name) => name.trim()), ['出生登记', '户口迁移']);
  assert.match(page.url(), /body=police&batch=online-2/, 'both filters hold and live in the address');
  await lists.check('list-online-pledge');
  await lists.filter('第一批');
  assert.deepEqual((await lists.names()).map((name) => name.trim()), ['机动车驾驶证期满换证']);
  await lists.says('公开承诺书（第一批）');
  await lists.filter('自然资源局');
  await lists.says('没有同时符合这些条件的事项');
  await lists.check('list-online-none');
  await lists.visit('online?batch=no-such-batch');
  assert.equal((await lists.names()).length, 23, 'a batch that does not exist is none');
});

journey('[C7] the pledge prints with its matters and without the filters', world, async ({ visitor, page }) => {
  const lists = await new ListsPage(visitor).visit('once?batch=once-1');
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.locator('#pledge').isVisible());
  assert.ok(!(await lists.main.locator('.ov-tag-list').first().isVisible()));
  assert.ok(await lists.main.locator('tbody th').first().isVisible());
  await page.emulateMedia({ media: 'screen' });
}, { only: ({ name }) => ['phone-plain', 'desk-js'].includes(name) });
