import {
  type ContextManager,
  context,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import {
  contextStorage,
  globalTracers,
  type LocalTracer,
  ManagedCarrier,
} from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { findApiCopies } from './api-copies.js';
import { DelegatingPropagator, DelegatingTracerProvider, isDelegate } from './delegating-api.js';
import { providerBehind } from './foreign-provider/provider-behind.js';

/** The global slot in which all copies of `@opentelemetry/api` 1.x store their registrations. */
const API_SLOT = Symbol.for('opentelemetry.js.api.1');

type ApiPart = 'context' | 'trace' | 'propagation';
type RegisteredApi = { readonly version?: string } & { [P in ApiPart]?: unknown };

/** How an application takes part in the registration. */
export interface GlobalRegistrationOptions {
  /**
   * False for an application that only propagates contexts: it does not warn if another SDK receives the
   * spans of libraries. @default true
   */
  readonly recordsSpans?: boolean;
  /** The provider of another SDK that receives the spans of the application. @default none */
  readonly tracerProvider?: TracerProvider;
}

/**
 * Registers a tracer provider, a context manager and a propagator with `@opentelemetry/api`, which holds
 * one of each for the process. The registration starts with the first application that requests it and
 * ends when the last one is shut down. Only this file registers with the API.
 *
 * What is registered before stays. A registered context manager carries the contexts of this library too,
 * unless another SDK receives the spans of libraries and not those of the application.
 */
export function registerGlobally(
  tracer: LocalTracer,
  options: GlobalRegistrationOptions = {},
): void {
  globalTracers.push(tracer);
  if (globalTracers.length === 1) register(tracer.diagnostics, options);
  const { tracerProvider } = options;
  const registered = registeredProvider();
  const isGiven = tracerProvider !== undefined && registered === providerBehind(tracerProvider);
  // An SDK has registered its provider with one copy of the API only.
  if (registered !== undefined && isGiven) delegateTracers(registered);
  if (registered === undefined || isGiven || isDelegate(registered)) shareContextManager(tracer);
  reportNewerCopies(tracer.diagnostics);
}

/** Removes the registration of a tracer; does nothing for a tracer that is not registered. */
export function unregisterGlobally(tracer: LocalTracer): void {
  const index = globalTracers.indexOf(tracer);
  if (index < 0) return;
  globalTracers.splice(index, 1);
  if (sharingTracers.delete(tracer) && sharingTracers.size === 0) contextStorage.carryBy(undefined);
  if (globalTracers.length > 0) return;
  const api = registeredApi();
  for (const [part, instance] of registeredParts.splice(0)) {
    if (api !== undefined && api[part] === instance) Reflect.deleteProperty(api, part);
  }
}

/** The propagator that another SDK has registered; undefined if there is none. */
export function foreignPropagator(): TextMapPropagator | undefined {
  const registered = registeredApi()?.propagation as TextMapPropagator | undefined;
  return isDelegate(registered) ? undefined : registered;
}

const registeredParts: [ApiPart, unknown][] = [];

/** The tracers of the applications for which the context manager of another SDK carries the contexts. */
const sharingTracers = new Set<LocalTracer>();

/**
 * Makes the registered context manager carry the contexts of this library too, so that libraries and
 * application have the same active span.
 */
function shareContextManager(tracer: LocalTracer): void {
  const manager = registeredApi()?.context as ContextManager | undefined;
  if (manager === undefined || manager === contextStorage) return;
  const carrier = ManagedCarrier.of(manager);
  if (carrier === undefined) {
    tracer.diagnostics.say(
      'The registered context manager has no method attach(). The spans of libraries are not children of ' +
        'the spans of this application. Use the context manager of OpenTelemetry 2.11 or later.',
    );
    return;
  }
  if (sharingTracers.size === 0) contextStorage.carryBy(carrier);
  sharingTracers.add(tracer);
}

/** Registers each part that no other SDK has registered. */
function register(
  diagnostics: Diagnostics,
  { recordsSpans = true, tracerProvider }: GlobalRegistrationOptions,
): void {
  const before = registeredApi();
  const taken = (['trace', 'context', 'propagation'] as const).filter(
    (part) => before?.[part] !== undefined,
  );
  // The API's own provider stands for the registered one: registered behind itself it would call itself.
  const isApiProvider =
    tracerProvider !== undefined && providerBehind(tracerProvider) !== tracerProvider;
  if (!isApiProvider) {
    if (!taken.includes('trace')) delegateTracers(PROVIDER);
    registerPart('trace', () => trace.setGlobalTracerProvider(PROVIDER), PROVIDER);
  }
  registerPart('context', () => context.setGlobalContextManager(contextStorage), contextStorage);
  registerPart('propagation', () => propagation.setGlobalPropagator(PROPAGATOR), PROPAGATOR);
  if (!recordsSpans) return;
  if (taken.includes('trace')) {
    if (tracerProvider === undefined) diagnostics.say(otherSdkText(taken));
    else if (registeredProvider() !== providerBehind(tracerProvider))
      diagnostics.say(OTHER_PROVIDER);
  } else if (taken.includes('propagation') && tracerProvider === undefined) {
    diagnostics.say(OTHER_PROPAGATOR);
  }
}

function otherSdkText(taken: readonly ApiPart[]): string {
  return (
    `Another OpenTelemetry SDK is registered with @opentelemetry/api (${taken.join(', ')}). It receives ` +
    'the spans of libraries, and they do not join the traces of this application. Remove the other ' +
    'SDK, pass tracerProvider: trace.getTracerProvider() to send the spans of this application to it, ' +
    'or set registerGlobally: false if you want both.'
  );
}

const OTHER_PROVIDER =
  'A tracer provider other than the option tracerProvider is registered with @opentelemetry/api. It ' +
  'receives the spans of libraries. Pass tracerProvider: trace.getTracerProvider(), or register one ' +
  'provider only.';

const OTHER_PROPAGATOR =
  'Another propagator is registered with @opentelemetry/api. Libraries send contexts in its format, this ' +
  'application in its own. Remove the registration, or pass the propagator as the option propagator.';

/** The provider that makes the spans of libraries; undefined if none is registered. */
function registeredProvider(): TracerProvider | undefined {
  const registered = registeredApi()?.trace as TracerProvider | undefined;
  return registered === undefined ? undefined : providerBehind(registered);
}

const PROVIDER = new DelegatingTracerProvider();
const PROPAGATOR = new DelegatingPropagator();

function registerPart(part: ApiPart, register: () => boolean, instance: unknown): void {
  const before = registeredApi();
  if (before?.[part] !== undefined) return;
  if (!register() && before !== undefined) {
    // Refused because a copy of another version registered another part. That copy can read this part.
    before[part] = instance;
  }
  const registered = registeredApi()?.[part];
  if (registered !== undefined) registeredParts.push([part, registered]);
}

/**
 * Sets a provider in the other loaded copies of the API. A tracer that a library created before the
 * registration looks up its provider in the copy that created it, not in the global slot.
 */
function delegateTracers(provider: TracerProvider): void {
  const slots = globalThis as { [API_SLOT]?: RegisteredApi };
  const registered = slots[API_SLOT];
  for (const copy of findApiCopies()) {
    // A copy of any version accepts the provider while the global slot is empty.
    slots[API_SLOT] = undefined;
    try {
      copy.trace.setGlobalTracerProvider(provider);
    } finally {
      slots[API_SLOT] = registered;
    }
  }
}

/** Reports copies that are newer than the registered one: they ignore the registration. */
function reportNewerCopies(diagnostics: Diagnostics): void {
  const version = registeredApi()?.version;
  if (version === undefined) return;
  const copies = findApiCopies();
  const registered = copies.find((copy) => copy.version === version);
  for (const copy of copies) {
    if (minorOf(copy.version) <= minorOf(version)) continue;
    diagnostics.report(
      'A copy of @opentelemetry/api is newer than the registered one. Libraries that import it ' +
        'do not see the active span. Install one version, for example with npm dedupe',
      `${copy.version} at ${copy.path}, registered is ${version} at ${registered?.path ?? 'an unknown path'}`,
    );
  }
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}

function registeredApi(): RegisteredApi | undefined {
  return (globalThis as { [API_SLOT]?: RegisteredApi })[API_SLOT];
}
