import type { Attributes, SpanKind } from '@opentelemetry/api';
import type { AttributeValue } from '../context/index.js';
import { checkOption, checkSpanKind } from '../option-checks.js';
import type { Sampler } from './sampler.js';

/** A text that must be equal, a regular expression that must match, or a function that must return true. */
export type TextCondition = string | RegExp | ((text: string) => boolean);

/** A condition for an attribute. Values must be equal; a regular expression only matches strings. */
export type AttributeCondition =
  | AttributeValue
  | RegExp
  | ((value: AttributeValue | undefined) => boolean);

/** A sampler and the conditions for its use. All given conditions must match. */
export interface SamplingRule {
  /** Condition for the name of a span. @default every name */
  readonly spanName?: TextCondition;
  /** One or more kinds of a span. @default every kind */
  readonly spanKind?: SpanKind | readonly SpanKind[];
  /**
   * Conditions for attributes at the start of a span, by attribute name. A missing attribute only matches
   * a function that returns true for undefined.
   */
  readonly attributes?: Readonly<Record<string, AttributeCondition>>;
  /** The sampler for spans that match. */
  readonly sampler: Sampler;
}

type Predicate = (value: unknown) => boolean;
type RulePredicate = (spanName: string, spanKind: SpanKind, attributes: Attributes) => boolean;

/**
 * Compiles the conditions of a rule into one function.
 *
 * @param name name of the rule, for errors
 * @throws TracingConfigError for an invalid condition
 */
export function compileRule(name: string, rule: SamplingRule): RulePredicate {
  checkOption(
    typeof rule === 'object' && rule !== null,
    name,
    'must be an object with a sampler',
    rule,
    "Give its conditions and its sampler: { spanName: 'ping', sampler: new AlwaysOffSampler() }.",
  );
  const { spanName, spanKind } = rule;
  const fitsName = spanName === undefined ? undefined : compileText(`${name}.spanName`, spanName);
  const kinds = spanKind === undefined ? undefined : checkKinds(`${name}.spanKind`, spanKind);
  const fitsAttributes = Object.entries(rule.attributes ?? {}).map(
    ([key, condition]) => [key, compileCondition(condition)] as const,
  );
  return (name, kind, attributes) =>
    (fitsName === undefined || fitsName(name)) &&
    (kinds === undefined || kinds.includes(kind)) &&
    fitsAttributes.every(([key, fits]) => fits(attributes[key]));
}

function compileText(name: string, condition: TextCondition): Predicate {
  checkOption(
    typeof condition === 'string' || typeof condition === 'function' || isRegExp(condition),
    name,
    'must be a string, a RegExp or a function',
    condition,
    "Give the span's whole name, or /^GET / for all names that begin so.",
  );
  return compileCondition(condition as AttributeCondition);
}

function compileCondition(condition: AttributeCondition): Predicate {
  if (typeof condition === 'function')
    return (value) => condition(value as AttributeValue) === true;
  if (isRegExp(condition)) {
    // With the flag `g` or `y`, a regular expression would start at the end of its previous match.
    const pattern = new RegExp(condition.source, condition.flags.replace(/[gy]/g, ''));
    return (value) => typeof value === 'string' && pattern.test(value);
  }
  if (!Array.isArray(condition)) return (value) => value === condition;
  return (value) =>
    Array.isArray(value) &&
    value.length === condition.length &&
    value.every((item, index) => item === condition[index]);
}

function checkKinds(name: string, kinds: SpanKind | readonly SpanKind[]): readonly SpanKind[] {
  return [kinds].flat().map((kind) => checkSpanKind(name, kind));
}

function isRegExp(value: unknown): value is RegExp {
  return value instanceof RegExp;
}
