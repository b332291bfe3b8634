import type { LocalSpan } from '../context/index.js';

/** Decides whether an error is a failure of the span's work. Must not throw. */
export type FailureRule = (error: unknown) => boolean;

const rules = new WeakMap<LocalSpan, FailureRule>();

/** Makes {@link recordFailure} ask `rule` about the errors of a span. Without a rule, every error is a failure. */
export function setFailureRule(span: LocalSpan, rule: FailureRule): void {
  rules.set(span, rule);
}

/** Gives a span the rule of another one, if that has a rule. */
export function copyFailureRule(from: LocalSpan, to: LocalSpan): void {
  const rule = rules.get(from);
  if (rule !== undefined) rules.set(to, rule);
}

/** Records an error on a span, unless the rule of the span says that it is not a failure. */
export function recordFailure(span: LocalSpan, error: unknown): void {
  const rule = rules.get(span);
  if (rule === undefined || rule(error)) span.recordError(error);
}
