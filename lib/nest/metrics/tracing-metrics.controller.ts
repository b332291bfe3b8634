import {
  Controller,
  Get,
  Headers,
  Inject,
  type OnApplicationShutdown,
  Res,
  type Type,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { contextStorage } from '../../context/index.js';
import { scrapePrometheus } from '../../export/index.js';
import { markUntracedRoute } from '../untraced-route.js';

/** Where Prometheus scrapes the metrics of an application. */
export interface PrometheusEndpointOptions {
  /** Below the global prefix, if the application has one. @default 'metrics' */
  readonly path?: string;
}

/**
 * Answers scrapes by Prometheus with the metrics of the application. Its requests are not traced, and not measured.
 *
 * `TracingModule.forRoot({ metrics: { prometheus: true } })` adds it. You can also put it into the `controllers` of a
 * module of your own: a subclass with another `@Controller(…)` can have another path, host or version, and guards. Guards
 * of the application apply to it.
 *
 * It is under `/metrics`, below the global prefix, for every version of a versioned application.
 */
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
export class TracingMetricsController implements OnApplicationShutdown {
  readonly #removeReader: () => void;

  constructor(
    @Inject(Tracing) private readonly tracing: Tracing,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
  ) {
    const { metrics, diagnostics } = tracing;
    this.#removeReader = metrics.addReader();
    if (!metrics.isEnabled && tracing.isEnabled) {
      diagnostics.say(
        'TracingMetricsController has no metrics to show, because they are switched off. Set the option metrics.',
      );
    }
  }

  /** Answers one scrape. The platform sends the text as it is, whatever interceptors do with results. */
  @Get()
  async scrape(
    @Headers('accept') accept: string | undefined,
    @Res() response: unknown,
  ): Promise<void> {
    const { metrics, diagnostics } = this.tracing;
    const { contentType, body } = await contextStorage.runSuppressed(() =>
      scrapePrometheus(metrics, { accept, diagnostics }),
    );
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Content-Type', contentType);
    httpAdapter.reply(response, body, 200);
  }

  /** Nest calls it. The registry then no longer keeps values for this endpoint. */
  onApplicationShutdown(): void {
    this.#removeReader();
  }
}

markUntracedRoute(TracingMetricsController.prototype.scrape);

/** The controller at another path. */
export function createMetricsController({ path }: PrometheusEndpointOptions): Type {
  if (path === undefined) return TracingMetricsController;
  @Controller({ path, version: VERSION_NEUTRAL })
  class TracingMetricsAtPath extends TracingMetricsController {}
  return TracingMetricsAtPath;
}
