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
    // Safari forgets that an unmarked list is a list unless the role says so.
    'no-redundant-role': 'off',
    // The suggestions of the search are a listbox: a native one cannot be filled while typing.
    'prefer-native-element': ['error', { exclude: ['list', 'listbox'] }],
    // Desks see the main navigation in the header, phones in the tab bar: never both, one name.
    'unique-landmark': 'off',
    'tel-non-breaking': 'off',
    // Long lists of facts are named for screen readers: a <dl> may be.
    'aria-label-misuse': ['error', { allowAnyNamable: true }],
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
  },
});

export async function validHtml(sent, name = 'page') {
  // The renderer's marker of an empty place; browsers read it as an empty comment, the validator does not.
  const html = sent.replaceAll('<!>', '<!---->');
  const { results } = await validator.validateString(html);
  const errors = results.flatMap((r) => r.messages).filter((m) => m.severity === 2);
  if (errors.length) {
    const lines = html.split('\n');
    throw new Error(`HTML of ${name}:\n${errors.slice(0, 20).map((m) => `  ${m.line}:${m.column} ${m.ruleId}: ${m.message}\n    ${lines[m.line - 1]?.slice(Math.max(0, m.column - 40), m.column + 120)}`).join('\n')}`);
  }
}
