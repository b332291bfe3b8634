export { isJaegerJson, readJaegerJson } from './jaeger-json.js';
export { FormatError, type ReadSpans } from './json-input.js';
export { isOtlpJson, readOtlpJson } from './otlp-json.js';
export { type SpansTextOptions, spansAsText } from './spans-as-text.js';
export { analysisText, type TraceTextOptions, traceText } from './trace-text.js';
export { valueText } from './value-text.js';
export { writeOtlpJson } from './write-otlp-json.js';
