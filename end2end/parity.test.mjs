// The same corpus through the same code, built for this machine and for the browser: the verdicts
// of `domain` and `precheck` must be equal. `xtask parity` builds the WASM, `cargo test -p parity`
// writes native.json.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';

const dir = path.resolve(import.meta.dirname, '../target/parity');
const native = JSON.parse(fs.readFileSync(path.join(dir, 'native.json'), 'utf8'));
const wasm = createRequire(import.meta.url)(path.join(dir, 'parity.js'));

// Verdicts come as JSON text or as values; compare values, so that the order of keys is no matter.
const value = (verdict) => (typeof verdict === 'string' ? parsed(verdict) : verdict);
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

test('the corpus holds at least 200 cases', () => {
  assert.ok(native.precheck.length > 0 && native.domain.length > 0);
  assert.ok(native.precheck.length + native.domain.length >= 200, `${native.precheck.length} + ${native.domain.length}`);
});

for (const [kind, run] of [['precheck', wasm.run_precheck_case], ['domain', wasm.run_domain_case]]) {
  test(`${kind}: native and WASM agree on ${native[kind].length} cases`, () => {
    const differing = [];
    native[kind].forEach((expected, index) => {
      try {
        assert.deepEqual(value(run(index)), value(expected));
      } catch (error) {
        differing.push(`case ${index}: ${error.message}`);
      }
    });
    assert.equal(differing.length, 0, differing.slice(0, 5).join('\n'));
  });
}
