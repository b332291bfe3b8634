import type { Attributes, SpanKind } from '@opentelemetry/api';
import type { AttributeValue } from '../context/index.js';
import { checkOption, checkSpanKind } from '../option-checks.js';
import type { Sampler } from './sampler.js';

/** Text that must be equal, an expression that must match, or a function that must say yes. */
export type TextCondition = string | RegExp | ((text: string) => boolean);

/** The same for attributes; other values must be equal. An expression only matches strings. */
export type AttributeCondition =
  | AttributeValue
  | RegExp
  | ((value: AttributeValue | undefined) => boolean);

/** A sampler and when to ask it. Conditions that are left out fit; all that are there must fit. */
export interface SamplingRule {
  /** Names of spans that fit. @default every name */
  readonly spanName?: TextCondition;
  /** Kinds of spans that fit. @default every kind */
  readonly spanKind?: SpanKind | readonly SpanKind[];
  /**
   * By attribute name, looking at those that the span starts with. A missing attribute fits only a
   * function that says so.
   */
  readonly attributes?: Readonly<Record<string, AttributeCondition>>;
  /** Decides about the spans that fit. */
  readonly sampler: Sampler;
}

type Predicate = (value: unknown) => boolean;
type RulePredicate = (spanName: string, spanKind: SpanKind, attributes: Attributes) => boolean;

/**
 * The rule's conditions as one function.
 *
 * @param name of the rule, for the error
 * @throws TracingConfigError if a condition cannot be used
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
    // One that is global or sticky remembers where it stopped and would miss every other span.
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
