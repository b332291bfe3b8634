import type { Page } from 'playwright-core';
import type { ViewerPage } from '../../lib/viewer/server/page.js';
import type { ViewerServerOptions } from '../../lib/viewer/server/viewer-server.js';
import { pagesOfFile, type TestPageOptions } from './browser.js';
import { type TestViewer, viewersOfTest } from './viewer-servers.js';

interface PageBuild {
  buildPage(root: string): Promise<ViewerPage & { readonly html: string }>;
}

const ROOT = new URL('../../', import.meta.url);
let built: ReturnType<PageBuild['buildPage']> | undefined;

/** The page of the viewer, built from its sources once for each file of tests. */
export function buildViewerPage(): ReturnType<PageBuild['buildPage']> {
  built ??= build();
  return built;
}

async function build(): ReturnType<PageBuild['buildPage']> {
  const { buildPage }: PageBuild = await import(new URL('.build/page.js', ROOT).pathname);
  return buildPage(ROOT.pathname);
}

/** A viewer with its page in a browser. */
export interface OpenedViewer extends TestViewer {
  readonly page: Page;
  /** The address of the server. */
  readonly address: string;
}

/** Starts viewers and opens their page. Both are closed after the test. */
export interface ViewerOpener {
  /**
   * @param path what of the page is opened
   * @param fill is called before, to fill the store
   */
  (
    path: string,
    fill?: (viewer: TestViewer) => void,
    options?: TestPageOptions,
  ): Promise<OpenedViewer>;
  /** Starts a viewer again, on the same port. */
  restart(options: Pick<ViewerServerOptions, 'store' | 'port'>): Promise<TestViewer>;
}

/** Opens viewers for the tests of a file, in one browser. */
export function openedViewersOfFile(): ViewerOpener {
  // In this order pages are closed first, and none of them asks a server that is gone.
  const openPage = pagesOfFile();
  const startViewer = viewersOfTest();
  const open = async (
    path: string,
    fill?: (viewer: TestViewer) => void,
    options?: TestPageOptions,
  ): Promise<OpenedViewer> => {
    const viewer = await startViewer({ page: buildViewerPage });
    fill?.(viewer);
    const page = await openPage(options);
    const address = `http://localhost:${viewer.port}`;
    await page.goto(address + path);
    return { ...viewer, page, address };
  };
  return Object.assign(open, {
    restart: (options: Pick<ViewerServerOptions, 'store' | 'port'>) =>
      startViewer({ page: buildViewerPage, ...options }),
  });
}
