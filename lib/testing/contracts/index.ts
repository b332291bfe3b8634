/**
 * The entry point `nestjs-traced/testing/contracts`: the contracts of propagators, samplers, exporters and
 * servers, for those who write their own. It needs no test runner and does not load Nest.
 */
export type { ContractCase, ContractSubject } from './contract-case.js';
export { ContractViolation } from './demand.js';
export { type ContractRunner, type ContractTest, describeContract } from './describe-contract.js';
export {
  type BaggageServer,
  type IncomingContextSubject,
  incomingContextContract,
} from './incoming-context-contract.js';
export {
  type PropagatorInability,
  type PropagatorSubject,
  propagatorContract,
} from './propagator-contract.js';
export { type SamplerInability, type SamplerSubject, samplerContract } from './sampler-contract.js';
export {
  type ExporterUnderTest,
  type ForeignSpans,
  type SpanExporterInability,
  type SpanExporterSubject,
  spanExporterContract,
} from './span-exporter-contract.js';
