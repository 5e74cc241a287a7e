import { BasePage } from './base.mjs';

/** 首页 */
export class HomePage extends BasePage {
  visit() {
    return this.open('/');
  }
}
