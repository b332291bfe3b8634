import type {
  Context,
  Span,
  SpanOptions,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
  Tracer,
  TracerOptions,
  TracerProvider,
} from '@opentelemetry/api';
import { ProxyTracerProvider } from '@opentelemetry/api';
import {
  type ApplicationPart,
  contextStorage,
  globalTracers,
  isLocalSpan,
  type LocalTracer,
  type TracedApplication,
  TracingContext,
} from '../context/index.js';

/** An application's provider: the tracers of libraries come from it. */
export const TRACER_PROVIDER: ApplicationPart<TracerProvider> = { name: 'tracer provider' };

/** The tracer of the application that `context` belongs to, else of the first one that is running. */
function localTracerOf(context: Context): LocalTracer | undefined {
  const { span } = TracingContext.from(context);
  return isLocalSpan(span) ? span.tracer : globalTracers[0];
}

/**
 * The tracer provider that libraries get from `@opentelemetry/api`. It belongs to no application:
 * its tracers look for the running application at each call. So a library may take a tracer at any
 * time and keep it, across all applications that the process runs one after the other or at once.
 */
export class DelegatingTracerProvider implements TracerProvider {
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return new DelegatingTracer(name, version, options);
  }
}

/** What a tracer does where no application is running: nothing. */
const IDLE_TRACER = new ProxyTracerProvider().getTracer('idle');

class DelegatingTracer implements Tracer {
  readonly #name: string;
  readonly #version: string | undefined;
  readonly #options: TracerOptions | undefined;
  /** The application that was asked last, and its tracer. */
  #application: TracedApplication | undefined;
  #tracer: Tracer = IDLE_TRACER;

  constructor(name: string, version: string | undefined, options: TracerOptions | undefined) {
    this.#name = name;
    this.#version = version;
    this.#options = options;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    return this.#tracerFor(context).startSpan(name, options, context);
  }

  startActiveSpan<F extends (span: Span) => unknown>(
    ...args: [string, F] | [string, SpanOptions, F] | [string, SpanOptions, Context, F]
  ): ReturnType<F> {
    const tracer = this.#tracerFor(args.length === 4 ? args[2] : undefined);
    return Reflect.apply(
      tracer.startActiveSpan as (...all: unknown[]) => ReturnType<F>,
      tracer,
      args,
    );
  }

  #tracerFor(context: Context = contextStorage.active()): Tracer {
    const application = localTracerOf(context)?.application;
    if (application !== this.#application) {
      this.#application = application;
      const provider = application?.get(TRACER_PROVIDER);
      this.#tracer = provider?.getTracer(this.#name, this.#version, this.#options) ?? IDLE_TRACER;
    }
    return this.#tracer;
  }
}

/** The propagator that libraries get from `@opentelemetry/api`: that of the running application. */
export class DelegatingPropagator implements TextMapPropagator<unknown> {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    localTracerOf(context)?.propagator.inject(context, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return localTracerOf(context)?.propagator.extract(context, carrier, getter) ?? context;
  }

  fields(): string[] {
    return localTracerOf(contextStorage.active())?.propagator.fields() ?? [];
  }
}
