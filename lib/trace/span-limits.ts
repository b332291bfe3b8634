import { checkOption } from '../option-checks.js';

/**
 * How much a span may hold. What exceeds a limit is left out and counted in the span.
 * Spec: `trace/sdk.md#span-limits`.
 */
export interface SpanLimits {
  /** Attributes of a span. The first ones stay. @default 128 */
  readonly attributeCountLimit: number;
  /**
   * Length of a string value in UTF-16 code units; longer ones are cut, never inside a surrogate
   * pair. @default Infinity
   */
  readonly attributeValueLengthLimit: number;
  /** Events of a span. The last ones stay: they tell how it ended. @default 128 */
  readonly eventCountLimit: number;
  /** Links of a span. The first ones stay. @default 128 */
  readonly linkCountLimit: number;
  /** Attributes of an event. @default 128 */
  readonly attributePerEventCountLimit: number;
  /** Attributes of a link. @default 128 */
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

/** @throws TracingConfigError for a limit that is no whole number from 0 on, nor Infinity */
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
