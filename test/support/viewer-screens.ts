import type { Page } from 'playwright-core';
import { idOf } from './otlp-requests.js';

/** A screen of the page with the examples of `storeExamples`, as something that tests do for all of them. */
export interface ViewerScreen {
  readonly name: string;
  readonly path: string;
  /** Waits until the screen is complete. */
  readonly isReady: (page: Page) => Promise<void>;
}

const ORDER = `/t/${idOf(1, 32)}`;
const rowsAreThere = (page: Page): Promise<void> =>
  page.locator('[data-position]').first().waitFor();

/** All screens, each in the states that look different. */
export const VIEWER_SCREENS: readonly ViewerScreen[] = [
  {
    name: 'list',
    path: '/',
    isReady: rowsHaveSettled,
  },
  {
    name: 'list-query-error',
    path: '/?q=duration%3Eabc',
    isReady: async (page) => {
      await page.getByText(/^Column 10:/).waitFor();
      await rowsHaveSettled(page);
    },
  },
  { name: 'trace', path: `${ORDER}?span=${idOf(9, 16)}`, isReady: detailsAreThere },
  { name: 'trace-search', path: `${ORDER}?find=service%3Aorders`, isReady: rowsAreThere },
  { name: 'flame', path: `/t/${idOf(2, 32)}?view=flame`, isReady: viewIsThere },
  { name: 'findings', path: `/t/${idOf(2, 32)}?view=findings`, isReady: viewIsThere },
  {
    name: 'logs',
    path: `${ORDER}?view=logs`,
    isReady: (page) => page.locator('main').getByText('Reserving 3 items').first().waitFor(),
  },
  {
    name: 'compare',
    path: `/compare?a=${idOf(10, 32)}&b=${idOf(21, 32)}`,
    isReady: (page) => page.locator('main').getByText('SELECT orders').first().waitFor(),
  },
  { name: 'graph', path: '/graph', isReady: graphIsThere },
  { name: 'graph-table', path: '/graph?view=table', isReady: graphIsThere },
];

/** The state and the sentence of a row change while its spans arrive. */
async function rowsHaveSettled(page: Page): Promise<void> {
  await page.locator('.trace-row').nth(15).waitFor();
  await page.locator('.trace-row', { hasText: 'It began in' }).first().waitFor();
  await page.locator('.trace-row', { hasText: '◌' }).first().waitFor({ state: 'detached' });
}

async function detailsAreThere(page: Page): Promise<void> {
  await rowsAreThere(page);
  await page.getByRole('complementary').getByText('WarehouseOfflineError').first().waitFor();
}

/** A trace counts in the graph two seconds after its last span. */
function graphIsThere(page: Page): Promise<void> {
  return page.locator('.graph-view').getByText('inventory').first().waitFor();
}

async function viewIsThere(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page
    .getByText(/finding/)
    .first()
    .waitFor();
}
