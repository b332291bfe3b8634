/** The page of the viewer, built. */
export interface BuiltPage {
  /** The whole page: one file of HTML that loads nothing else. */
  readonly html: string;
  /** A `Content-Security-Policy` that allows the script and the style of this page. */
  readonly policy: string;
  /** `html`, compressed. */
  readonly gzip: Buffer;
}

/** Builds the page. @param root the folder of package.json and `lib` */
export function buildPage(root: string): Promise<BuiltPage>;
