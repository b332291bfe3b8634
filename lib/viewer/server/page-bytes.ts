/**
 * The page, compressed by gzip, in base64. The build of the package puts it here (`.build/page.js`); it is empty
 * where the sources run as they are.
 */
export const PAGE_GZIP: string = '';

/** The `Content-Security-Policy` of the page. */
export const PAGE_POLICY: string = '';
