// What every test file with pages has: a site and a browser of its own, and for each test a window that shares nothing with others.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { launch } from "./chromium.js";
import { type Site, startSite } from "./site.js";

/** The pages of one test file. */
export interface Pages {
  /** Opens the site's page in this test's window, in a tab of its own. */
  newPage(): Promise<Page>;
}

/** Starts what is needed before the tests of this file, and ends it after them. */
export function usePages(): Pages {
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), launch()]);
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => context.close());
  return {
    async newPage() {
      const page = await context.newPage();
      await page.goto(site.url);
      return page;
    },
  };
}
