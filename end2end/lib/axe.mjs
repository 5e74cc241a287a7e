// Accessibility by axe-core, WCAG 2.2 AA; any violation fails.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const SOURCE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// With scripts off a world still resolves promises but runs no timers. axe uses short timers only to
// give way and long ones only as time limits: the former become microtasks, the latter never come.
const NO_TIMERS = 'globalThis.setTimeout = (f, ms = 0, ...a) => { if (ms < 100) Promise.resolve().then(() => f(...a)); return 0; };';

/**
 * Runs in an isolated world through the debugging protocol: neither the page's scripts nor its
 * content security policy are touched, and it works where scripts are off.
 */
export async function accessible(visitor, page = visitor.page) {
  const cdp = await visitor.context.newCDPSession(page);
  try {
    const { frameTree } = await cdp.send('Page.getFrameTree');
    const { executionContextId: contextId } = await cdp.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id, worldName: 'axe',
    });
    const evaluate = async (expression) => {
      const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
        expression, contextId, awaitPromise: true, returnByValue: true,
      });
      if (exceptionDetails) throw new Error(`axe: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    };
    await evaluate(`${visitor.project.js ? '' : NO_TIMERS}${SOURCE};void 0`);
    const options = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'], preload: false };
    const violations = await evaluate(`axe.run(document, ${JSON.stringify(options)}).then((r) => r.violations)`);
    if (violations.length) throw new Error(`axe at ${page.url()}:\n${violations.map(describe).join('\n')}`);
  } finally {
    await cdp.detach();
  }
}

function describe({ id, impact, help, nodes }) {
  const places = nodes.slice(0, 5).map((n) => `    ${n.target.join(' ')}  ${n.html.slice(0, 160)}\n      ${n.failureSummary.replaceAll('\n', ' ')}`);
  return `  ${id} (${impact}): ${help}\n${places.join('\n')}`;
}
