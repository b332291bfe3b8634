import { checkOption } from '../option-checks.js';

/**
 * Limits for the data of a span. Data over a limit is dropped, and counted in the span.
 * Spec: `trace/sdk.md#span-limits`.
 */
export interface SpanLimits {
  /** Maximum number of attributes of a span. The first ones are kept. @default 128 */
  readonly attributeCountLimit: number;
  /**
   * Maximum length of a string value in UTF-16 code units. Longer values are cut, never inside a
   * surrogate pair. @default Infinity
   */
  readonly attributeValueLengthLimit: number;
  /** Maximum number of events of a span. The last ones are kept. @default 128 */
  readonly eventCountLimit: number;
  /** Maximum number of links of a span. The first ones are kept. @default 128 */
  readonly linkCountLimit: number;
  /** Maximum number of attributes of an event. @default 128 */
  readonly attributePerEventCountLimit: number;
  /** Maximum number of attributes of a link. @default 128 */
  readonly attributePerLinkCountLimit: number;
}

export const DEFAULT_SPAN_LIMITS: SpanLimits = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Number.POSITIVE_INFINITY,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

/** @throws TracingConfigError for an unknown limit, or a value that is not a whole number of at least 0 or Infinity */
export function createSpanLimits(limits: Partial<SpanLimits> = {}): SpanLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined) continue;
    const isCount = Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
    checkOption(
      Object.hasOwn(DEFAULT_SPAN_LIMITS, name) && isCount && value >= 0,
      `spanLimits.${name}`,
      'must be a known limit with a whole number of at least 0, or Infinity',
      value,
      `The limits are ${Object.keys(DEFAULT_SPAN_LIMITS).join(', ')}.`,
    );
  }
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_SPAN_LIMITS, ...Object.fromEntries(given) };
}
