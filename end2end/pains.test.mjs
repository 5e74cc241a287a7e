// docs/pains.toml: every complaint names tests, and every test it names stands in the sources.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '..');
const GROUPS = { 'Lost work': 10, Uploads: 9 };

/** The file's own small part of TOML: tables of texts and lists of texts. */
function pains() {
  const blocks = fs.readFileSync(path.join(ROOT, 'docs/pains.toml'), 'utf8').split(/^\[\[pain\]\]$/m).slice(1);
  return blocks.map((block) => {
    const text = (key) => block.match(new RegExp(`^${key} = "(.+)"$`, 'm'))?.[1];
    // The list is the last of a table; within it only names stand between quotation marks.
    const list = block.split(/^tests = /m)[1] ?? '';
    return { group: text('group'), complaint: text('complaint'), reported: text('reported'), tests: [...list.matchAll(/"([^"]+)"/g)].map((found) => found[1]) };
  });
}

/** Whether a test of this name is run: not the name in a comment or a list. */
function isThere(file, name) {
  const source = fs.existsSync(path.join(ROOT, file)) ? fs.readFileSync(path.join(ROOT, file), 'utf8') : '';
  if (file.endsWith('.rs')) return new RegExp(`#\\[(tokio::)?test(\\([^)]*\\))?\\]\\s+(async )?fn ${name}\\(`).test(source);
  return source.includes(`test('${name}'`) || source.includes(`journey('${name}'`);
}

test('each complaint about lost work and uploads has a test, and the test exists', () => {
  const all = pains();
  for (const [group, number] of Object.entries(GROUPS)) {
    assert.equal(all.filter((pain) => pain.group === group).length, number, `complaints about ${group}`);
  }
  const missing = [];
  for (const { complaint, reported, tests } of all) {
    assert.ok(complaint && reported && tests.length, `incomplete: ${complaint}`);
    for (const named of tests) {
      const [, file, name] = named.match(/^([^:]+): (.+)$/);
      if (!isThere(file, name)) missing.push(`${complaint}: ${named}`);
    }
  }
  assert.deepEqual(missing, []);
});
