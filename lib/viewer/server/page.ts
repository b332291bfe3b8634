/** The page that browsers show. */
export interface ViewerPage {
  /** One file of HTML, compressed. */
  readonly gzip: Buffer;
  /** A `Content-Security-Policy` that allows the script and the style of the page. */
  readonly policy: string;
}

/**
 * Reads the page of the package. It is a part of the code, so it is found in a bundle as well.
 *
 * @returns undefined where the sources run as they are, without a build
 */
export async function readPage(): Promise<ViewerPage | undefined> {
  const { PAGE_GZIP, PAGE_POLICY } = await import('./page-bytes.js');
  if (PAGE_GZIP === '') return undefined;
  return { gzip: Buffer.from(PAGE_GZIP, 'base64'), policy: PAGE_POLICY };
}
