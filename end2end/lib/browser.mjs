// One Chromium; a context per project. A page fails its test on any console error, page error or
// breach of the content security policy, unless the test allowed it by name.
import { chromium } from 'playwright-core';

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };
/** By its name the server knows what can be opened there: apps on a phone, a code to be scanned at a desk. */
const PHONE_AGENT = 'Mozilla/5.0 (Linux; Android 14; Phone) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

/** {scripts off, hydrated} × {phone, desk, simplified mode}; PROJECTS=desk-js,phone-plain picks some. */
export const PROJECTS = [
  ['phone', PHONE], ['desk', DESK], ['care', PHONE],
].flatMap(([view, viewport]) => [true, false].map((js) => ({
  name: `${view}-${js ? 'js' : 'plain'}`, view, js, viewport, care: view === 'care',
}))).filter(({ name }) => !process.env.PROJECTS || process.env.PROJECTS.split(',').includes(name));

let running = null;

export function browser() {
  running ??= chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return running;
}

export async function closeBrowser() {
  await (await running)?.close();
  running = null;
}

/** A person at a device: a browser context of its own, with the faults seen in it. */
export class Visitor {
  faults = [];
  #allowed = [];
  #document = null;

  static async open(world, project, options = {}) {
    const visitor = new Visitor();
    Object.assign(visitor, { world, project });
    visitor.context = await (await browser()).newContext({
      baseURL: world.origin,
      viewport: project.viewport,
      javaScriptEnabled: project.js,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      hasTouch: project.view !== 'desk',
      ...(project.view === 'desk' ? {} : { userAgent: PHONE_AGENT }),
      reducedMotion: 'reduce',
      // What a service worker answers no test can hold up; journeys about it allow it.
      serviceWorkers: 'block',
      ...options,
    });
    visitor.context.setDefaultTimeout(20_000);
    visitor.page = await visitor.newPage();
    // The mode is kept per device by a cookie; its address is the switch that works everywhere.
    if (project.care) await visitor.page.goto('/?mode=care');
    return visitor;
  }

  async newPage() {
    const page = await this.context.newPage();
    page.on('console', (m) => m.type() === 'error' && this.#fault(`console: ${m.text()} (${m.location().url})`));
    // Pages warn of one thing only: that their islands did not come to life.
    page.on('console', (m) => m.type() === 'warning' && /islands/.test(m.text()) && this.#fault(`console: ${m.text()}`));
    page.on('pageerror', (error) => this.#fault(`page error: ${error.message}`));
    page.on('response', (response) => {
      const request = response.request();
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) this.#document = response;
    });
    return page;
  }

  #fault(text) {
    this.faults.push(text);
  }

  /** Faults that the test provokes on purpose, such as /status of 422/. */
  allow(pattern) {
    this.#allowed.push(pattern);
  }

  /** The HTML as the server sent it for the page now shown. */
  async sentHtml() {
    return this.#document ? this.#document.text() : '';
  }

  get status() {
    return this.#document?.status();
  }

  /** Closes the context; throws when something went wrong unnoticed. */
  async close() {
    await this.context.close();
    const left = this.faults.filter((fault) => !this.#allowed.some((pattern) => pattern.test(fault)));
    if (left.length) throw new Error(`faults in ${this.project.name}:\n  ${left.join('\n  ')}`);
  }
}
