/** What is taken for secret beside what every service has. */
export interface RedactionOptions {
  /**
   * More words that make an attribute secret when they stand in its key, such as `iban` or
   * `card number`. Case and the way words are joined do not matter. @default []
   */
  readonly keys?: readonly string[];
  /** Whole keys that are shown though a word in them is secret, such as `auth.token.kind`. @default [] */
  readonly except?: readonly string[];
  /** What stands in the place of a value. @default 'REDACTED' */
  readonly replacement?: string;
}
