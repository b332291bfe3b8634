export { B3Propagator, type B3PropagatorOptions } from './b3-propagator.js';
export {
  CloudTracePropagator,
  type CloudTracePropagatorOptions,
} from './cloud-trace-propagator.js';
export { CompositePropagator, type CompositePropagatorOptions } from './composite-propagator.js';
export { DatadogPropagator } from './datadog-propagator.js';
export { JaegerPropagator, type JaegerPropagatorOptions } from './jaeger-propagator.js';
export { OtTracePropagator, type OtTracePropagatorOptions } from './ot-trace-propagator.js';
export { TraceState } from './trace-state.js';
export {
  W3CBaggagePropagator,
  type W3CBaggagePropagatorOptions,
} from './w3c-baggage-propagator.js';
export { W3CTraceContextPropagator } from './w3c-trace-context-propagator.js';
export { XRayPropagator } from './x-ray-propagator.js';
