// What journeys about lost work have in common: a form ready to keep what cannot be sent, and a line that is cut.
import { FormPage, GuidePage, QuestionPage } from '../pages/index.mjs';
import { Client } from './client.mjs';
import { birth } from './filings.mjs';
import { phone } from './people.mjs';

/** What a browser says when there is no line. */
export const NO_LINE = /ERR_|Failed to load/;

/** Somebody new, for an open draft of another journey would be gone on with. Gives the number, for other devices. */
export async function signedIn(visitor, number = phone()) {
  await visitor.context.addCookies((await new Client(visitor.world).signIn(number)).browserCookies());
  return number;
}

/** The form of a draft that was just begun; its key is there, so that it may be kept on the device. */
export async function toForm(visitor) {
  const { slug, answers } = birth();
  await (await new GuidePage(visitor).visit(slug)).start();
  const outcome = await new QuestionPage(visitor).answer(answers);
  const key = visitor.page.waitForResponse((answer) => answer.url().includes('/api/local_key'));
  await outcome.toForm();
  const form = new FormPage(visitor);
  await form.hydrated();
  return { form, draft: form.draft, key: await key };
}

/**
 * No network for anybody, in a world with a proxy. The browser's own switch lets through what it sends for a
 * page that has gone (keepalive): the proxy does not.
 */
export async function cut({ context, world: { proxy } }) {
  proxy.plan = () => 'drop';
  await context.setOffline(true);
}

export async function mend({ context, world: { proxy } }) {
  proxy.plan = null;
  await context.setOffline(false);
}

/** The button of 退出登录 in the head of a page at a desk, or in its menu. */
export const signOut = (page) => page.locator('form[action="/sign-out"] button').first();

/** Presses 退出登录 and answers the question; gives what was asked. */
export async function pressSignOut(form, answer) {
  const asked = form.page.waitForEvent('dialog');
  const pressed = signOut(form.page).click();
  const dialog = await asked;
  const words = dialog.message();
  await dialog[answer]();
  await pressed;
  return words;
}
