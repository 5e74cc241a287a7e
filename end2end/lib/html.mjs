// The HTML as sent must be valid: browsers mend wrong nesting silently, and hydration then fails.
import { HtmlValidate } from 'html-validate';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // Matters of style that the renderer decides, not we.
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'attr-quotes': 'off',
    'doctype-style': 'off',
    'long-title': 'off',
    'no-raw-characters': 'off',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
  },
});

export async function validHtml(html, name = 'page') {
  const { results } = await validator.validateString(html);
  const errors = results.flatMap((r) => r.messages).filter((m) => m.severity === 2);
  if (errors.length) {
    const lines = html.split('\n');
    throw new Error(`HTML of ${name}:\n${errors.slice(0, 20).map((m) => `  ${m.line}:${m.column} ${m.ruleId}: ${m.message}\n    ${lines[m.line - 1]?.slice(Math.max(0, m.column - 40), m.column + 120)}`).join('\n')}`);
  }
}
