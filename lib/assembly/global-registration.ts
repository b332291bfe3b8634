import { context, propagation, trace } from '@opentelemetry/api';
import { contextStorage, globalTracers, type LocalTracer } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { findApiCopies } from './api-copies.js';
import { DelegatingPropagator, DelegatingTracerProvider } from './delegating-api.js';

/** Where all copies of `@opentelemetry/api` 1.x keep what is registered. */
const API_SLOT = Symbol.for('opentelemetry.js.api.1');

type ApiPart = 'context' | 'trace' | 'propagation';
type RegisteredApi = { readonly version?: string } & { [P in ApiPart]?: unknown };

/**
 * The registration with `@opentelemetry/api`, which has one tracer provider, context manager and
 * propagator for the process. This is the only file that registers them: when the first application
 * that wants it starts, and until the last one is shut down.
 *
 * @param recordsSpans false for an application that only passes contexts on: spans that another SDK
 *   takes are no loss for it
 */
export function registerGlobally(tracer: LocalTracer, recordsSpans = true): void {
  globalTracers.push(tracer);
  if (globalTracers.length === 1) register(tracer.diagnostics, recordsSpans);
  reportNewerCopies(tracer.diagnostics);
}

/** Takes the registration back; does nothing for a tracer that never asked for it. */
export function unregisterGlobally(tracer: LocalTracer): void {
  const index = globalTracers.indexOf(tracer);
  if (index < 0) return;
  globalTracers.splice(index, 1);
  if (globalTracers.length > 0) return;
  const api = registeredApi();
  for (const [part, instance] of registeredParts.splice(0)) {
    if (api !== undefined && api[part] === instance) Reflect.deleteProperty(api, part);
  }
}

const registeredParts: [ApiPart, unknown][] = [];

/** Registers each part whose place is free; what another SDK has registered is left alone. */
function register(diagnostics: Diagnostics, recordsSpans: boolean): void {
  const before = registeredApi();
  const taken = (['trace', 'context', 'propagation'] as const).filter(
    (part) => before?.[part] !== undefined,
  );
  if (!taken.includes('trace')) delegateTracers();
  registerPart('trace', () => trace.setGlobalTracerProvider(PROVIDER), PROVIDER);
  registerPart('context', () => context.setGlobalContextManager(contextStorage), contextStorage);
  registerPart('propagation', () => propagation.setGlobalPropagator(PROPAGATOR), PROPAGATOR);
  if (taken.length > 0 && recordsSpans) {
    diagnostics.say(
      `Another OpenTelemetry SDK is registered with @opentelemetry/api (${taken.join(', ')}), so spans ` +
        'of libraries go there and do not join the traces of this application. Set ' +
        'registerGlobally: false if that is intended; else remove the other SDK.',
    );
  }
}

const PROVIDER = new DelegatingTracerProvider();
const PROPAGATOR = new DelegatingPropagator();

function registerPart(part: ApiPart, register: () => boolean, instance: unknown): void {
  const before = registeredApi();
  if (before?.[part] !== undefined) return;
  if (!register() && before !== undefined) {
    // Refused because another part was registered by a copy of another version; it reads this one.
    before[part] = instance;
  }
  const registered = registeredApi()?.[part];
  if (registered !== undefined) registeredParts.push([part, registered]);
}

/**
 * Hands the provider to the other copies of the API that are loaded: tracers that libraries took
 * from one before the registration ask that copy, not the process.
 */
function delegateTracers(): void {
  const slots = globalThis as { [API_SLOT]?: RegisteredApi };
  const registered = slots[API_SLOT];
  for (const copy of findApiCopies()) {
    // With an empty slot a copy accepts the provider, whatever its version is.
    slots[API_SLOT] = undefined;
    try {
      copy.trace.setGlobalTracerProvider(PROVIDER);
    } finally {
      slots[API_SLOT] = registered;
    }
  }
}

/** A copy that is newer than the registered one ignores what is registered. */
function reportNewerCopies(diagnostics: Diagnostics): void {
  const version = registeredApi()?.version;
  if (version === undefined) return;
  for (const copy of findApiCopies()) {
    if (minorOf(copy.version) <= minorOf(version)) continue;
    diagnostics.report(
      'A copy of @opentelemetry/api is newer than the registered one, so libraries that import it ' +
        'do not see the active span. Install one version, for example by npm dedupe',
      `${copy.version} at ${copy.path}, registered is ${version}`,
    );
  }
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}

function registeredApi(): RegisteredApi | undefined {
  return (globalThis as { [API_SLOT]?: RegisteredApi })[API_SLOT];
}
