import type { ViewerPage } from '../../lib/viewer/server/page.js';

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
