import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { EnvironmentSettings } from '../assembly/environment.js';
import { Tracing } from '../assembly/tracing.js';
import { assignTracer } from '../context/index.js';
import { VIEWER_DESTINATION, type ViewerDestination } from '../viewer-destination.js';
import { visitInstances } from './provider-instances.js';
import { ENVIRONMENT } from './tokens.js';

/** Turns of the event loop in which the responses on cut connections close: one, and one to spare. */
const TURNS_UNTIL_CLOSED = 2;

/** Connects the tracing to the lifecycle hooks of its application. */
@Injectable()
export class TracingLifecycle
  implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown
{
  readonly #releaseViewer: (() => Promise<void>) | undefined;

  constructor(
    @Inject(Tracing) private readonly tracing: Tracing,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ENVIRONMENT) private readonly environment: EnvironmentSettings,
    @Optional() @Inject(VIEWER_DESTINATION) viewer: ViewerDestination | undefined,
  ) {
    this.#releaseViewer = viewer?.claim();
  }

  /** Assigns the tracer to all instances, for `@Traced` methods that are called without an active span. */
  onModuleInit(): void {
    const { tracer, diagnostics } = this.tracing;
    const trouble =
      'A provider could not be assigned to its application. Its @Traced methods can use the tracer of another application';
    visitInstances(this.modules, diagnostics, trouble, (instance) => {
      assignTracer(instance, tracer);
    });
  }

  /** Exposes the metrics, if another module has registered a meter provider in the meantime. */
  onApplicationBootstrap(): void {
    this.tracing.observeSelf();
    const { metrics, diagnostics } = this.tracing;
    if (this.environment.metricExporterName !== 'prometheus') return;
    if (!metrics.isEnabled || metrics.hasReader) return;
    diagnostics.say(
      'OTEL_METRICS_EXPORTER is prometheus, but nothing answers scrapes: Prometheus scrapes the server of the application. Set the option metrics: { prometheus: true }, or add TracingMetricsController to the controllers of a module.',
    );
  }

  /**
   * Nest calls this hook after the servers are closed. For connections that a server has cut, Node calls
   * its callback before it emits `close` on their responses, which ends the spans of the requests.
   */
  async onApplicationShutdown(): Promise<void> {
    const { setImmediate } = process.getBuiltinModule('node:timers/promises');
    for (let turn = 0; turn < TURNS_UNTIL_CLOSED; turn++) await setImmediate();
    await this.tracing.shutdown();
    await this.#releaseViewer?.();
  }
}
