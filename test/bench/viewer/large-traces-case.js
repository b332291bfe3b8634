import { openBrowser } from './browser.js';
import { idOfLargeTrace, sendLargeTrace } from './large-trace.js';
import { startViewer } from './start-viewer.js';

const SPAN_COUNTS = [10_000, 100_000];
const LIMIT_MILLIS = 600_000;

/**
 * Opens large traces from the list, scrolls and zooms in them, collapses all and searches.
 *
 * @returns the figures; undefined without a browser
 */
export async function openLargeTraces() {
  const viewer = await startViewer({ limitMillis: LIMIT_MILLIS });
  let browser;
  try {
    for (const count of SPAN_COUNTS) await sendLargeTrace(viewer.port, count);
    browser = await openBrowser(`http://localhost:${viewer.port}/`);
    if (browser === undefined) return undefined;
    const { page } = browser;
    const figures = {};
    for (const count of SPAN_COUNTS) {
      figures[`open${count}Millis`] = await openFromList(page, count);
      if (count !== SPAN_COUNTS.at(-1)) await page.goBack();
    }
    const elements = () => page.evaluate('document.querySelectorAll("*").length');
    figures.elements = await elements();
    const scrolled = await page.evaluate(SCROLL);
    figures.elements = Math.max(figures.elements, await elements());
    const zoomed = await page.evaluate(ZOOM);
    figures.frameMillis = Math.max(scrolled.p95, zoomed.p95);
    figures.longTasks = scrolled.longTasks + zoomed.longTasks;
    figures.collapseMillis = await page.evaluate("bench.time(() => bench.key('['))");
    await page.evaluate("bench.time(() => bench.key(']'))");
    figures.searchMillis = await page.evaluate(SEARCH);
    return figures;
  } finally {
    await browser?.close();
    await viewer.stop();
  }
}

async function openFromList(page, count) {
  const selector = `a[href^="/t/${idOfLargeTrace(count)}"]`;
  await page.locator(selector).first().waitFor();
  return page.evaluate(`bench.time(
    () => document.querySelector('${selector}').click(),
    () => document.querySelector('[role="treegrid"] [data-position]') !== null)`);
}

const SCROLL = `bench.watch(async () => {
  const box = document.querySelector('[role="treegrid"]');
  for (let step = 0; step < 120; step++) {
    box.scrollTop += step % 40 === 0 ? 40_000 : 150;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
})`;
const ZOOM = `bench.watch(async () => {
  for (let step = 0; step < 120; step++) {
    bench.key('wwwwddaass'[step % 10]);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
})`;
const SEARCH = `(() => {
  const field = document.querySelector('input[type="search"]');
  return bench.time(
    () => {
      field.value = 'status:error';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    },
    () => document.querySelector('#find-result')?.textContent.includes('match'));
})()`;
