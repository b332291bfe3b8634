export { keepIdentity } from './keep-identity.js';
export { type MethodTracing, methodTracing } from './method-tracing.js';
export type { ArgumentTransform } from './parameter-marks.js';
export { SpanAttribute } from './span-attribute.decorator.js';
export { Traced } from './traced.decorator.js';
export type { AttributesFunction, TracedOptions } from './traced-options.js';
export { Untraced } from './untraced.decorator.js';
