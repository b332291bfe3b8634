export { AdaptiveSampler, type AdaptiveSamplerOptions } from './adaptive-sampler.js';
export { AlwaysOffSampler } from './always-off-sampler.js';
export { AlwaysOnSampler } from './always-on-sampler.js';
export { AlwaysRecordSampler } from './always-record-sampler.js';
export { ParentBasedSampler, type ParentBasedSamplerOptions } from './parent-based-sampler.js';
export { ProbabilitySampler } from './probability-sampler.js';
export { RateLimitingSampler, type RateLimitingSamplerOptions } from './rate-limiting-sampler.js';
export {
  JaegerRemoteSampler,
  type JaegerRemoteSamplerOptions,
} from './remote/jaeger-remote-sampler.js';
export { RuleBasedSampler, type RuleBasedSamplerOptions } from './rule-based-sampler.js';
export { type Sampler, SamplingDecision, type SamplingResult } from './sampler.js';
export type { AttributeCondition, SamplingRule, TextCondition } from './sampling-rule.js';
export { TraceIdRatioBasedSampler } from './trace-id-ratio-based-sampler.js';
export { XRaySampler, type XRaySamplerOptions } from './x-ray/x-ray-sampler.js';
