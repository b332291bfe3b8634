import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core says against the page as it is, with the elements; empty if it has nothing to say. */
async function violationsOf(page: Page): Promise<string[]> {
  // DevTools runs this text, so the policy of the page does not forbid it, and stays in force.
  await page.evaluate(`globalThis.axe === undefined && (0, eval)(${JSON.stringify(axe.source)})`);
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
}

/** The violations of the page's accessibility in its light and its dark theme, each with its theme. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const violation of await violationsOf(page)) found.push(`${colorScheme}: ${violation}`);
  }
  return found;
}

/**
 * The elements that a reader cannot reach at the size of the window: those whose box leaves the page on a side to which
 * nothing scrolls, and those of a length that their own box cuts off without a scroll bar.
 */
export function lostElements(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(`(() => {
    const scrolls = (element, side) => {
      for (let box = element.parentElement; box !== null; box = box.parentElement) {
        const style = getComputedStyle(box)[side === 'x' ? 'overflowX' : 'overflowY'];
        if (style === 'auto' || style === 'scroll') return true;
      }
      return false;
    };
    return [...document.querySelectorAll(${JSON.stringify(selector)})]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
        if (width === 0 || height === 0) return true;
        const isBeside = left < -1 || right > innerWidth + 1;
        const isBelow = top < -1 || bottom > innerHeight + 1;
        return (isBeside && !scrolls(element, 'x')) || (isBelow && !scrolls(element, 'y'));
      })
      .map((element) => element.outerHTML.slice(0, 200));
  })()`);
}
