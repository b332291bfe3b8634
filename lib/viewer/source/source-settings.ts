/** The options about source code after their checks. They can be passed to a worker. */
export interface SourceSettings {
  /** An address with `{file}`, `{line}` and `{column}`. */
  readonly editor: string;
  /** Absolute paths, the longest first. */
  readonly pathMap: readonly { readonly from: string; readonly to: string }[];
  /** Absolute paths. */
  readonly sourceRoots: readonly string[];
}
