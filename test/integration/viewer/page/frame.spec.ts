import { describe, expect, it } from '@jest/globals';
import { lostElements } from '../../../support/accessibility.js';
import { isBrowserThere, pagesOfFile } from '../../../support/browser.js';
import { expectSoon } from '../../../support/until.js';
import { buildViewerPage } from '../../../support/viewer-page.js';
import { viewersOfTest } from '../../../support/viewer-servers.js';

const openPage = pagesOfFile();
const startViewer = viewersOfTest();

async function open(path = '/') {
  const viewer = await startViewer({ page: buildViewerPage });
  const page = await openPage();
  await page.goto(`http://localhost:${viewer.port}${path}`);
  await page.locator('.live-live').waitFor();
  return { ...viewer, page };
}

(isBrowserThere() ? describe : describe.skip)('the frame of the page', () => {
  it('leads to the screens, and back', async () => {
    const { page, port } = await open();
    const current = page.locator('nav [aria-current="page"]');
    await expectSoon(
      () => current.textContent(),
      (value) => expect(value).toBe('Traces'),
    );
    await page.getByRole('link', { name: 'Graph', exact: true }).click();
    expect(page.url()).toBe(`http://localhost:${port}/graph`);
    await expectSoon(
      () => current.textContent(),
      (value) => expect(value).toBe('Graph'),
    );
    await page.goBack();
    await expectSoon(
      () => current.textContent(),
      (value) => expect(value).toBe('Traces'),
    );
    await page.goForward();
    await page.reload();
    await expectSoon(
      () => current.textContent(),
      (value) => expect(value).toBe('Graph'),
    );
  });

  it('leads there by keys of two letters, but not with a modifier', async () => {
    const { page } = await open();
    await page.keyboard.press('g');
    await page.keyboard.press('g');
    expect(new URL(page.url()).pathname).toBe('/graph');
    await page.keyboard.press('g');
    await page.keyboard.press('Control+t');
    expect(new URL(page.url()).pathname).toBe('/graph');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it('lets the browser open links in its own way', async () => {
    const { page } = await open();
    const [other] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Graph', exact: true }).click({ modifiers: ['Control'] }),
    ]);
    expect(new URL(page.url()).pathname).toBe('/');
    await other.waitForURL('**/graph');
  });

  it('shows its keys', async () => {
    const { page } = await open();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.waitFor();
    expect(await help.textContent()).toContain('Graph of services');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Keys' }).click();
    await help.getByRole('button', { name: 'Close' }).click();
    await help.waitFor({ state: 'hidden' });
  });

  it('keeps the theme that was chosen', async () => {
    const { page } = await open();
    const paper = (): Promise<string> =>
      page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).not.toBe(light);
    await page.getByRole('button', { name: /^Theme/ }).click();
    expect(await paper()).toBe(light);
    await page.reload();
    expect(await paper()).toBe(light);
  });

  it('says that the viewer does not answer, and goes on when it does', async () => {
    const { server, port, store } = await startViewer({ page: buildViewerPage });
    const page = await openPage({ expectedProblems: /ERR_(CONNECTION|INCOMPLETE|EMPTY)/ });
    await page.goto(`http://localhost:${port}/`);
    await page.locator('.live-live').waitFor();
    await server.close();
    await page.locator('.live-lost').waitFor();
    await startViewer({ page: buildViewerPage, port, store });
    await page.locator('.live-live').waitFor();
  });

  it('has all of its parts at a zoom of 200 %', async () => {
    const { page } = await open();
    await page.setViewportSize({ width: 600, height: 350 });
    expect(await lostElements(page, '.top-bar *')).toEqual([]);
  });
});
