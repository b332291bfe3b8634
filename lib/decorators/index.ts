export type { LinkSource, LinksFunction } from './call-links.js';
export { ContinueSpan, type ContinueSpanOptions } from './continue-span.decorator.js';
export { Counted } from './counted.decorator.js';
export { keepIdentity } from './keep-identity.js';
export type {
  CountedOptions,
  MeasuredCallOptions,
  MetricAttributesFunction,
  TimedOptions,
} from './measured-options.js';
export { type MethodTracing, methodTracing } from './method-tracing.js';
export type { ArgumentTransform } from './parameter-marks.js';
export { SpanAttribute } from './span-attribute.decorator.js';
export { Timed } from './timed.decorator.js';
export { Traced } from './traced.decorator.js';
export { withSpanAttributes } from './traced-method.js';
export type {
  AttributesFunction,
  CallAttributeOptions,
  CallCondition,
  ErrorCondition,
  NameFunction,
  RecordedArguments,
  TracedOptions,
} from './traced-options.js';
export { Untraced } from './untraced.decorator.js';
