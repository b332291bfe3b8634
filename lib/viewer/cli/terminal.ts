/** Where the command writes, and what it may do. */
export interface Terminal {
  /** Writes a line of the result. */
  out(line: string): void;
  /** Writes a line about the work. */
  err(line: string): void;
  /** Whether a person looks at the output. */
  readonly isInteractive: boolean;
}
