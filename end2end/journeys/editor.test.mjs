// The catalogue's editor: a matter is changed by two people, from a draft to being offered.
import assert from 'node:assert/strict';
import { Client } from '../lib/client.mjs';
import { journey, useWorld } from '../lib/journey.mjs';
import { CataloguePage, EditPage, GuidePage, RevisionPage, asStaff } from '../pages/index.mjs';

const SLUG = 'food-licence';
const PROMISED = '0.promised_amount';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** One who has signed in some time ago: names may be tried ten times in a quarter of an hour. */
const editor = {};
const world = useWorld({}, async (made) => {
  editor.cookies = (await new Client(made).staff('editor')).browserCookies();
});
/** Catalogues are written at desks. */
const desks = { only: ({ view }) => view === 'desk', timeout: 180_000 };

async function atDesk(visitor) {
  await visitor.context.addCookies(editor.cookies);
  return new CataloguePage(visitor).visit();
}

/** A day in China as forms take it. */
const day = (from = 0) => new Date(Date.now() + 8 * 3_600_000 + from * 86_400_000).toISOString().slice(0, 10);
const limit = (days) => `承诺 ${days} 个工作日（法定`;

journey('[C4] a shorter promise is drafted, tried, proposed, reviewed by another and offered at once', world, async ({ visitor, project, world }) => {
  const change = {};
  await asStaff(world, project, 'editor', async ({ visitor: device }) => {
    const list = new CataloguePage(device);
    assert.equal(list.path, '/desk/catalogue', 'editors begin here');
    await list.check('editor-list');
    const revision = await list.begin(SLUG);
    Object.assign(change, await shorten(revision));
    await tryIt(revision, change);
    await propose(revision);
  });
  const guide = await new GuidePage(visitor).visit(SLUG);
  await guide.says(limit(change.from));

  await asStaff(world, project, 'reviewer', ({ visitor: device }) => review(new CataloguePage(device), change));
  await guide.visit(SLUG);
  await guide.says(limit(change.to));
  await guide.check('editor-guide-after');
}, desks);

/** Writes the new limit and sees it beside the old one. */
async function shorten(revision) {
  await revision.says('起草中', '全部要素齐全，可以报审');
  await revision.check('editor-revision');
  const edit = await revision.group('基本信息');
  await edit.check('editor-edit');
  const from = Number(await edit.value(PROMISED));
  const change = { from, to: from - 1 };
  await edit.write(PROMISED, String(change.to));
  await edit.save();
  await edit.says('已保存。');
  assert.equal(await edit.value(PROMISED), String(change.to));
  await edit.back();
  const compare = await revision.compare();
  await compareShows(compare, change);
  await compare.check('editor-compare');
  await compare.back();
  return change;
}

async function compareShows(compare, { from, to }) {
  await compare.says('共 1 处不同');
  assert.deepEqual(await compare.differences(), [['基本信息：承诺时限', String(from), String(to)]]);
}

/** As an applicant: the guide as it would be, and where the questions lead. */
async function tryIt(revision, { to }) {
  const preview = await revision.preview();
  await preview.says('这是预览，还没有发布', limit(to), '不能从这里开始办理');
  assert.equal(await preview.heading.count(), 1, 'one heading of the first level');
  assert.equal(await preview.beginnable(), false);
  await preview.saysNot('您符合办理条件');
  await preview.check('editor-preview');
  await preview.answer({ business: 'catering', has_licence: 'yes', stage: 'new' });
  await preview.says('您符合办理条件', '经营场所平面图', '操作间面积');
  await preview.check('editor-preview-outcome');
  await preview.answer({ business: 'prepacked' });
  await preview.says('您不用办许可，备案就可以');
  await preview.back();
}

/** Not without a reason; who wrote it does not review it. */
async function propose(revision) {
  await revision.propose();
  await revision.says('请写理由。');
  await revision.reason('审批股加了一个人，承诺再快一天。');
  await revision.says('已保存。');
  await revision.propose();
  await revision.says('已报审，等另一个人审核。');
  assert.match(await revision.state(), /待审核$/);
  assert.equal(await revision.reviewable(), false);
  const edit = await revision.group('基本信息', '查看');
  await edit.says('只能看，不能改');
  assert.ok(await edit.locked());
  await edit.check('editor-locked');
}

async function review(list, change) {
  await list.visit('?status=proposed');
  const revision = await list.openRevision('食品经营许可');
  assert.ok(await revision.reviewable());
  await revision.says('承诺再快一天');
  await revision.check('editor-review');
  const compare = await revision.compare();
  await compareShows(compare, change);
  await compare.back();
  await revision.approve(day(-1));
  await revision.says('生效日期不能早于今天。');
  await revision.approve(day());
  await revision.says('审核通过。到生效日期，群众就能看到。');
  assert.match(await revision.state(), /版，生效$/);
  const history = (await revision.history()).map(([, , what]) => what);
  const steps = history.map((what) => what.split('：')[0]);
  assert.deepEqual([...new Set(steps)], ['开始起草', '修改', '报审', '审核通过', '生效']);
  assert.ok(history.includes('修改：基本信息：承诺时限'), `${history}`);
  assert.ok(history.includes('报审：审批股加了一个人，承诺再快一天。'), `${history}`);
  await revision.check('editor-published');
}

journey('[C3] a new matter lacks nearly everything: all of it is named, and shrinks while one writes', world, async ({ visitor, page, project }) => {
  const list = await atDesk(visitor);
  const slug = `road-permit-${project.name}`;
  const revision = await list.beginNew(slug, '占道许可');
  const problems = await revision.problems();
  assert.ok(problems.length > 20, `${problems.length}`);
  for (const words of ['实施编码没有填', '实施主体没有填', '申请人声明没有填', '办理结果还没填']) {
    assert.ok(problems.some(({ text }) => text.includes(words)), words);
  }
  const groups = new Set(problems.map(({ href }) => href?.match(/\/edit\/([a-z_]+)$/)?.[1]));
  assert.ok(groups.has('matter') && groups.has('result') && !groups.has(undefined), `${[...groups]}`);
  await revision.check('editor-new');

  await revision.reason('县里新定的办法');
  await revision.propose();
  await revision.says('还有要素没补齐');
  assert.match(await revision.state(), /起草中$/);
  assert.equal((await revision.download(`/matters/${slug}`)).status, 404, 'not offered');

  await revision.follow('基本信息');
  const edit = revision.as(EditPage);
  const before = await edit.missing();
  const line = '基本信息：办理人员（岗位）没有填';
  assert.ok(before.includes(line), `${before}`);
  const rest = before.filter((text) => text !== line);
  await edit.write('0.handler', '企业服务综合窗口工作人员');
  if (!project.js) await edit.save();
  assert.deepEqual(await edit.missing(), rest, 'only that line is gone');
  await edit.check('editor-missing');
  await page.reload();
  assert.equal(await edit.value('0.handler'), '企业服务综合窗口工作人员');
  assert.deepEqual(await edit.missing(), rest, 'the server has it');
}, desks);

journey('[C3] a matter goes out as a file and comes back as a draft; a broken file changes nothing', world, async ({ visitor, page }) => {
  const list = await atDesk(visitor);
  const known = await list.revisions();
  const { xlsx, toml } = await takeOut(list);

  const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 200 } });
  await list.importFile({ name: '坏的.xlsx', mimeType: XLSX, buffer: picture });
  await list.says('这个文件读不出来');
  assert.deepEqual(await list.revisions(), known, 'nothing was begun');
  await list.check('editor-import-unreadable');

  visitor.allow(/status of 422/);
  const { text, line } = broken(toml.buffer.toString());
  await list.importFile({ ...toml, buffer: Buffer.from(text) });
  await list.says('文件没有导入，什么都没有改', '共 2 处');
  const complaints = await list.complaints();
  assert.deepEqual(complaints.map(([place]) => place), [`第 ${line} 行`, '基本信息']);
  assert.match(complaints[0][1], /“processing”不能写成“sometime”。可以写：immediate、promised。/);
  assert.doesNotMatch(complaints[0][1], /unknown variant/, 'the reader\'s own words are folded away');
  assert.match(complaints[1][1], /办理人员（岗位）没有填/);
  await list.check('editor-import-failed');
  await list.visit();
  assert.deepEqual(await list.revisions(), known, 'nothing was begun');

  // Each is given up again: a file never takes the place of what somebody is writing.
  for (const file of [toml, xlsx]) {
    await list.visit();
    await list.importFile(file);
    const revision = new RevisionPage(visitor);
    await revision.says('已导入', '全部要素齐全');
    assert.match(await revision.state(), /起草中$/);
    const { id } = revision;
    await (await revision.compare()).says('和现行版本一模一样');
    await list.visit();
    assert.equal((await list.revisions()).length, known.length + 1);
    await list.importFile(file);
    await list.says('这个事项已经有人在改');
    await revision.visit(id);
    await revision.discard();
    await list.says('已放弃。');
  }
  assert.deepEqual(await list.revisions(), known);
}, desks);

/** The offered version as both kinds of file. */
async function takeOut(list) {
  const [book, text] = [await list.exported(SLUG, 'xlsx'), await list.exported(SLUG, 'toml')];
  assert.deepEqual([book.status, book.type], [200, XLSX]);
  assert.equal(book.bytes.subarray(0, 2).toString(), 'PK');
  assert.equal(text.status, 200);
  assert.match(text.type, /toml/);
  assert.match(text.bytes.toString(), /^slug = "food-licence"$/m);
  return {
    xlsx: { name: `${SLUG}.xlsx`, mimeType: XLSX, buffer: book.bytes },
    toml: { name: `${SLUG}.toml`, mimeType: 'application/toml', buffer: text.bytes },
  };
}

/** A needed element left out, and a word that no closed list has, on this line. */
function broken(toml) {
  const lines = toml.split('\n');
  const without = lines.filter((line) => !line.startsWith('handler = '));
  assert.equal(without.length, lines.length - 1);
  const at = without.findIndex((line) => line.startsWith('processing = '));
  assert.ok(at >= 0);
  without[at] = 'processing = "sometime"';
  return { text: without.join('\n'), line: at + 1 };
}

journey('[C4] of two windows the later one is told, and what the first one saved stays', world, async ({ visitor }) => {
  const list = await atDesk(visitor);
  const first = await (await list.begin('birth-registration')).group('基本信息');
  const { path } = first;
  const second = await new EditPage(visitor, await visitor.newPage()).open(path);
  await first.write('0.summary', '先保存的简介。');
  await first.save();
  await first.says('已保存。');

  visitor.allow(/status of 409/);
  await second.type('0.summary', '后来的简介。');
  if (visitor.project.js) await second.notSaved();
  await second.save();
  await second.says('没有保存：别人刚改过这一版');
  assert.equal(await second.value('0.summary'), '后来的简介。', 'not a word of it is lost');
  await second.check('editor-conflict');
  await first.open(path);
  assert.equal(await first.value('0.summary'), '先保存的简介。', 'nor of what was saved');

  // Over the state that it has seen by now it saves.
  await second.retype('0.summary', '先保存的简介。');
  await second.retype('0.handler', '综合窗口工作人员');
  await second.save();
  await second.says('已保存。');
  await first.open(path);
  assert.deepEqual([await first.value('0.summary'), await first.value('0.handler')], ['先保存的简介。', '综合窗口工作人员']);
  const revision = await first.back();
  await revision.discard();
}, desks);
