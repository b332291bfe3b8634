import { existsSync } from 'node:fs';

const CHROMIUM_PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];

/** Functions in the page that the cases use. */
const IN_PAGE = `globalThis.bench = {
  /** Calls back when the picture that the last frame made is on the screen. */
  painted: () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))),
  async until(holds) {
    for (let frame = 0; frame < 6000 && !holds(); frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    if (!holds()) throw new Error('It did not come: ' + holds);
    await bench.painted();
  },
  async time(action, holds = () => true) {
    const begun = performance.now();
    action();
    await bench.until(holds);
    return performance.now() - begun;
  },
  /** Each frame while the action runs, in milliseconds, and the tasks that took more than 50. */
  async watch(action) {
    const frames = [];
    const longTasks = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration);
    });
    observer.observe({ type: 'longtask' });
    let before = performance.now();
    let isOver = false;
    const note = (now) => {
      frames.push(now - before);
      before = now;
      if (!isOver) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
    await action();
    isOver = true;
    await bench.painted();
    observer.disconnect();
    frames.sort((a, b) => a - b);
    return { p95: frames[Math.floor(frames.length * 0.95)], longTasks: longTasks.length };
  },
  key: (key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })),
};`;

/**
 * Opens an address in Chromium.
 *
 * @returns undefined where Chromium is not installed
 */
export async function openBrowser(address) {
  if (!existsSync(CHROMIUM_PATH)) {
    process.stderr.write(`Chromium is not at ${CHROMIUM_PATH}: the page is not measured\n`);
    return undefined;
  }
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: ARGUMENTS });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(120_000);
  await page.addInitScript({ content: IN_PAGE });
  await page.goto(address);
  await page.locator('.live-live').waitFor();
  return { page, close: () => browser.close() };
}
