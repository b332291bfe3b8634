import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { InMemoryLogExporter, InMemoryMetricExporter } from '../export/index.js';
import { TracingModule } from '../nest/index.js';
import { OPTIONS_CHANGE, TRACING_OPTIONS } from '../nest/tokens.js';
import type { OptionsChange } from '../nest/tracing.module.js';
import { checkOption } from '../option-checks.js';
import { recordingOptions, type TracingTestingOptions } from './recording-options.js';
import { SpanRecorder } from './span-recorder.js';
import { SteadyClock } from './steady-clock.js';
import { TracingWarnings } from './tracing-warnings.js';

/**
 * Records the spans of a test. Every module of the test can inject {@link SpanRecorder},
 * {@link SteadyClock}, {@link TracingWarnings}, `InMemoryLogExporter` with the log records, and
 * `InMemoryMetricExporter` with the metrics.
 *
 * The chain is that of production: baggage, redaction, limits and span processors are those of the
 * application, and the spans that the recorder gets are what an exporter would get. The differences: no
 * exporter of spans or log records, a steady clock, all traces are sampled unless their caller decides otherwise, no registration
 * with `@opentelemetry/api`, and warnings go to {@link TracingWarnings}. Each of them can be changed by an
 * option.
 *
 * @example
 * const app = await Test.createTestingModule({
 *   imports: [AppModule, TracingTestingModule.forApplication()],
 * }).compile();
 * await app.get(OrdersService).place();
 * expect(app.get(SpanRecorder)).toHaveSpan('OrdersService.place');
 */
@Module({})
export class TracingTestingModule {
  /**
   * For a test that does not import `TracingModule`, such as that of one service. It imports
   * `TracingModule` itself, so that `Tracer` and the other parts can be injected.
   *
   * The start of the test fails with a `TracingConfigError` for an invalid option, and if `TracingModule`
   * is imported as well.
   */
  static forRoot(options: TracingTestingOptions = {}): DynamicModule {
    const tracing = TracingModule.forRoot({ serviceName: 'test' });
    return createModule('forRoot', options, [tracing]);
  }

  /**
   * For a test of an application that imports `TracingModule`, in the same list of imports. It changes the
   * options that the application gives to `forRoot` or `forRootAsync`.
   *
   * The start of the test fails with a `TracingConfigError` for an invalid option, and if `TracingModule`
   * is missing or `TRACING_OPTIONS` is overridden.
   */
  static forApplication(options: TracingTestingOptions = {}): DynamicModule {
    return createModule('forApplication', options, []);
  }
}

type Form = 'forRoot' | 'forApplication';

/** The clock of all applications that share a recorder, so that their spans sort by their starts. */
const clocks = new WeakMap<SpanRecorder, SteadyClock>();

function createModule(
  form: Form,
  { recorder = new SpanRecorder({ captureStacks: true }), ...changes }: TracingTestingOptions,
  imports: DynamicModule[],
): DynamicModule {
  checkOption(
    recorder instanceof SpanRecorder,
    'TracingTestingModule.recorder',
    'must be a SpanRecorder',
    recorder,
    'Pass new SpanRecorder(), or leave the option out.',
  );
  const clock = clocks.get(recorder) ?? new SteadyClock({ tickMillis: 1 });
  clocks.set(recorder, clock);
  const logExporter = new InMemoryLogExporter();
  const metricExporter = new InMemoryMetricExporter();
  const logger = new TracingWarnings();
  const change: OptionsChange = (given) =>
    recordingOptions(given, changes, { recorder, logExporter, metricExporter, clock, logger });
  return {
    module: TracingTestingModule,
    global: true,
    imports,
    providers: [
      { provide: SpanRecorder, useValue: recorder },
      { provide: SteadyClock, useValue: clock },
      { provide: InMemoryLogExporter, useValue: logExporter },
      { provide: InMemoryMetricExporter, useValue: metricExporter },
      { provide: TracingWarnings, useValue: logger },
      {
        provide: OPTIONS_CHANGE,
        inject: [ModulesContainer],
        useFactory: (modules: ModulesContainer) => {
          requireTracing(modules, form);
          return change;
        },
      },
    ],
    exports: [
      SpanRecorder,
      SteadyClock,
      InMemoryLogExporter,
      InMemoryMetricExporter,
      TracingWarnings,
      OPTIONS_CHANGE,
    ],
  };
}

/** Without it, the recorder would stay empty, and the test would not say why. */
function requireTracing(modules: ModulesContainer, form: Form): void {
  const own = `TracingTestingModule.${form}()`;
  const ofClass = (metatype: Type) => [...modules.values()].filter((m) => m.metatype === metatype);
  const testing = ofClass(TracingTestingModule);
  checkOption(
    testing.length === 1,
    'TracingTestingModule',
    'must be imported once in a test',
    testing.length,
    'Keep one import of it.',
  );
  const tracing = ofClass(TracingModule);
  checkOption(
    form === 'forApplication' || tracing.length === 1,
    own,
    'must be the only import of TracingModule',
    tracing.length,
    'Use TracingTestingModule.forApplication() beside an application that imports TracingModule.',
  );
  checkOption(
    tracing.length > 0,
    own,
    'must stand beside TracingModule',
    tracing.length,
    'Import the module of the application too, or use TracingTestingModule.forRoot() without it.',
  );
  const provider = tracing[0]?.providers.get(TRACING_OPTIONS);
  checkOption(
    provider?.inject?.some(isChange) === true,
    'TRACING_OPTIONS',
    `must not be overridden beside ${own}`,
    'overridden',
    `Pass the options of the test instead: TracingTestingModule.${form}({ … }).`,
  );
}

function isChange(dependency: unknown): boolean {
  return (dependency as { token?: unknown } | undefined)?.token === OPTIONS_CHANGE;
}
