import { existsSync } from 'node:fs';
import { afterAll, afterEach, expect } from '@jest/globals';
import {
  type Browser,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Page,
} from 'playwright-core';

const CHROMIUM_PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  // Also what a fault would ask for stays on this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];
const LOCAL_URL = /^(?:https?|wss?):\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/|$)/;
const EMBEDDED_URL = /^(?:data|blob|about|file|chrome):/;
/** Also tells which directive was broken, which some messages of Chromium leave out. */
const REPORT_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) => {
  console.error('Violation of the policy:', event.violatedDirective, event.blockedURI, event.sample);
});`;

/** What a page is opened with. */
export interface TestPageOptions extends BrowserContextOptions {
  /** Problems that a test causes by intention: a pattern of their text. */
  readonly expectedProblems?: RegExp | undefined;
  /** Before the first script of the page runs. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/**
 * Whether Chromium is installed, at `CHROMIUM_PATH` or where Debian installs it. Where it is missing, its tests are
 * skipped with a message, unless `TEST_SERVICES` is `required`.
 *
 * @throws Error where it is required and missing
 */
export function isBrowserThere(): boolean {
  if (existsSync(CHROMIUM_PATH)) return true;
  const message = `Chromium is not installed at ${CHROMIUM_PATH}`;
  if (process.env.TEST_SERVICES === 'required') throw new Error(`${message}, but is required.`);
  process.stderr.write(`${message}: its tests are skipped.\n`);
  return false;
}

/** Starts Chromium. Whoever starts it closes it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM_PATH, args: ARGUMENTS });
}

/** The major version of Chromium, such as `156`. */
export function majorVersionOf(browser: Browser | undefined): string {
  return browser?.version().split('.')[0] ?? '';
}

/**
 * Opens pages in one browser for the tests of a file. Each page has a profile of its own and is closed after its test.
 * A test fails if one of its pages has asked another host, broken its content security policy, thrown, or
 * written a warning or an error to the console.
 */
export function pagesOfFile(): (options?: TestPageOptions) => Promise<Page> {
  let launched: Promise<Browser> | undefined;
  const problems: string[] = [];
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    expect(problems.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await (await launched)?.close();
  });
  return async ({ expectedProblems, prepare, ...options } = {}) => {
    launched ??= launchBrowser();
    const browser = await launched;
    const context = await browser.newContext({
      viewport: { width: 1200, height: 700 },
      ...options,
    });
    closers.push(() => context.close());
    context.setDefaultTimeout(20_000);
    const note = (problem: string): void => {
      if (!expectedProblems?.test(problem)) problems.push(problem);
    };
    await context.addInitScript({ content: REPORT_VIOLATIONS });
    // Also of pages that this one opens.
    context.on('console', (message) => noteMessage(message, note));
    context.on('weberror', (failure) => note(`thrown: ${failure.error().stack}`));
    context.on('request', (request) => {
      const url = request.url();
      if (!LOCAL_URL.test(url) && !EMBEDDED_URL.test(url)) note(`asked another host: ${url}`);
    });
    const page = await context.newPage();
    await prepare?.(page);
    return page;
  };
}

function noteMessage(message: ConsoleMessage, note: (problem: string) => void): void {
  if (message.type() !== 'error' && message.type() !== 'warning') return;
  note(`${message.type()}: ${message.text()} (${message.location().url})`);
}

const DEADLINE_MILLIS = 20_000;
const POLL_MILLIS = 50;

/**
 * Waits until an expression is true in the page, and fails after 20 seconds. `waitForFunction` would have the page
 * evaluate the text, which its policy forbids.
 */
export async function untilTrue(page: Page, expression: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLIS;
  while (!(await page.evaluate(expression))) {
    if (performance.now() > deadline) throw new Error(`It did not come true: ${expression}`);
    await page.waitForTimeout(POLL_MILLIS);
  }
}
