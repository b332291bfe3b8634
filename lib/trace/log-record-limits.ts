import { checkOption } from '../option-checks.js';

/**
 * Limits for the attributes of a log record. Data over a limit is dropped, and counted in the log record.
 * Spec: `logs/sdk.md#logrecord-limits`.
 */
export interface LogRecordLimits {
  /** Maximum number of attributes of a log record. The first ones are kept. @default 128 */
  readonly attributeCountLimit: number;
  /**
   * Maximum length of a string in an attribute, in UTF-16 code units. Longer ones are cut, never inside a
   * surrogate pair. It does not apply to the body. @default Infinity
   */
  readonly attributeValueLengthLimit: number;
}

const DEFAULT_LIMITS: LogRecordLimits = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Number.POSITIVE_INFINITY,
};

/** @throws TracingConfigError for an unknown limit, or a value that is not a whole number of at least 0 or Infinity */
export function createLogRecordLimits(limits: Partial<LogRecordLimits> = {}): LogRecordLimits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const isCount = Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
    checkOption(
      Object.hasOwn(DEFAULT_LIMITS, name) && isCount && value >= 0,
      `logRecordLimits.${name}`,
      'must be a known limit with a whole number of at least 0, or Infinity',
      value,
      `The limits are ${Object.keys(DEFAULT_LIMITS).join(', ')}.`,
    );
  }
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
}
