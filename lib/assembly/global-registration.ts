import { context, propagation, trace } from '@opentelemetry/api';
import { contextStorage } from '../context/index.js';
import type { Tracing } from './tracing.js';

/**
 * The registration with `@opentelemetry/api`, which knows one tracing a process. Libraries find ours
 * there; this file is the only one that tells it. The first application gets the registration; when
 * it is shut down, the next one that wanted it does.
 */
const candidates: Tracing[] = [];
let undo: (() => void) | undefined;

export function registerGlobally(tracing: Tracing): void {
  candidates.push(tracing);
  if (candidates.length === 1) register(tracing);
}

/** Takes the registration back; does nothing for a tracing that never asked for it. */
export function unregisterGlobally(tracing: Tracing): void {
  const index = candidates.indexOf(tracing);
  if (index < 0) return;
  candidates.splice(index, 1);
  if (index > 0) return;
  undo?.();
  undo = undefined;
  if (candidates[0] !== undefined) register(candidates[0]);
}

/** Takes each of the three places that is free; what another SDK holds stays with it. */
function register(tracing: Tracing): void {
  const undos: (() => void)[] = [];
  if (context.setGlobalContextManager(contextStorage)) undos.push(() => context.disable());
  if (trace.setGlobalTracerProvider(tracing.provider)) undos.push(() => trace.disable());
  if (propagation.setGlobalPropagator(tracing.propagator)) undos.push(() => propagation.disable());
  // An application that is switched off has no spans that could go elsewhere.
  if (undos.length < 3 && tracing.isEnabled) {
    tracing.diagnostics.say(
      'Another OpenTelemetry SDK is registered with @opentelemetry/api, so spans of libraries go there; ' +
        'set registerGlobally: false if that is meant, or remove the other SDK.',
    );
  }
  undo = () => {
    for (const step of undos) step();
  };
}
