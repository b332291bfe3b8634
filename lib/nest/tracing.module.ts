import {
  type DynamicModule,
  type FactoryProvider,
  type InjectionToken,
  Module,
  type ModuleMetadata,
  type OptionalFactoryDependency,
  type Provider,
  type Type,
} from '@nestjs/common';
import { checkOption, checkString } from '../option-checks.js';
import { createMetricsController, type PrometheusEndpointOptions } from './metrics/index.js';
import { createTracingProviders, EXPORTED_TOKENS } from './providers.js';
import { OPTIONS_CHANGE, TRACING_OPTIONS } from './tokens.js';
import type { TracingOptions } from './tracing-module-options.js';

/** Options of the module itself. */
export interface TracingModuleExtras {
  /** Modules with exports that the parts inject. @default [] */
  readonly imports?: ModuleMetadata['imports'];
  /** False makes `Tracer` and the other exports visible only in modules that import it. @default true */
  readonly isGlobal?: boolean;
}

/** Creates the options, with the help of other providers. */
export interface TracingOptionsFactory {
  /** Called once, while the application starts. */
  createTracingOptions(): TracingOptions | Promise<TracingOptions>;
}

/** Options of `TracingModule.forRootAsync`: exactly one of `useFactory`, `useClass`, `useExisting`. */
export interface TracingAsyncOptions extends TracingModuleExtras {
  /**
   * Where Prometheus scrapes the metrics, as `metrics.prometheus` of `forRoot`. The options have to switch metrics on.
   * @default false
   */
  readonly prometheus?: boolean | PrometheusEndpointOptions;
  /** Returns the options, or a promise of them. */
  readonly useFactory?: (...injected: never[]) => TracingOptions | Promise<TracingOptions>;
  /** The tokens of the arguments of `useFactory`. @default [] */
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** A class that Nest constructs and that creates the options. */
  readonly useClass?: Type<TracingOptionsFactory>;
  /** The token of a provider that creates the options. */
  readonly useExisting?: InjectionToken<TracingOptionsFactory>;
}

/**
 * Traces an application. Import it once, in the root module. Each part of the tracing is a provider.
 *
 * @example
 * \@Module({ imports: [TracingModule.forRoot({ serviceName: 'orders' })] })
 * export class AppModule {}
 */
@Module({})
export class TracingModule {
  /**
   * Creates the module with the given options. Settings without an option come from the `OTEL_*`
   * environment. Without options and variables, spans go to the console; under a test runner they go
   * nowhere.
   *
   * The start of the application fails with a `TracingConfigError` if an option is invalid, or if the
   * module is imported more than once. An invalid variable is reported and ignored.
   */
  static forRoot(options: TracingOptions & TracingModuleExtras = {}): DynamicModule {
    const { imports, isGlobal, ...tracingOptions } = options;
    const { metrics } = tracingOptions;
    const prometheus = typeof metrics === 'object' ? metrics?.prometheus : undefined;
    return createModule({ imports, isGlobal, prometheus }, 'metrics.prometheus', [
      optionsProvider([], () => tracingOptions),
    ]);
  }

  /** Creates the module like {@link forRoot}, with options that depend on other providers. */
  static forRootAsync(options: TracingAsyncOptions): DynamicModule {
    return createModule(options, 'prometheus', createOptionsProviders(options));
  }
}

function createModule(
  extras: Pick<TracingAsyncOptions, 'imports' | 'isGlobal' | 'prometheus'>,
  prometheusOption: string,
  optionsProviders: Provider[],
): DynamicModule {
  return {
    module: TracingModule,
    global: extras.isGlobal ?? true,
    imports: extras.imports ?? [],
    controllers: metricsControllers(extras.prometheus, prometheusOption),
    providers: [...optionsProviders, ...createTracingProviders(TracingModule)],
    exports: [...EXPORTED_TOKENS],
  };
}

function metricsControllers(
  given: boolean | PrometheusEndpointOptions | undefined,
  option: string,
): Type[] {
  if (given === undefined || given === false) return [];
  if (given === true) return [createMetricsController({})];
  checkOption(
    typeof given === 'object' && given !== null,
    option,
    'must be true, false or an object',
    given,
    'Write true for the path metrics, or { path } for another one.',
  );
  if (given.path !== undefined) checkString(`${option}.path`, given.path, 'Write a path: metrics.');
  return [createMetricsController(given)];
}

/** @throws TracingConfigError for an option that comes too late from a factory */
function checkLateOptions(options: TracingOptions): TracingOptions {
  const metrics = options?.metrics;
  const prometheus = typeof metrics === 'object' ? metrics?.prometheus : undefined;
  checkOption(
    prometheus === undefined || prometheus === false,
    'metrics.prometheus',
    'must not be returned by a factory, because Nest wants to know the controllers before',
    prometheus,
    'Pass prometheus to forRootAsync, beside the factory.',
  );
  return options;
}

function createOptionsProviders(options: TracingAsyncOptions): Provider[] {
  const { useFactory, useClass, useExisting, inject } = options;
  const given = [useFactory, useClass, useExisting].filter((way) => way !== undefined);
  checkOption(
    given.length === 1,
    'The argument of TracingModule.forRootAsync',
    'must have exactly one of useFactory, useClass and useExisting',
    Object.keys(options),
    'Use useFactory with inject for a function, useClass for a class that Nest constructs, useExisting for a provider of the application.',
  );
  if (useFactory !== undefined) {
    const create = async (...injected: never[]) => checkLateOptions(await useFactory(...injected));
    return [optionsProvider(inject ?? [], create)];
  }
  const fromFactory = (token: InjectionToken): FactoryProvider =>
    optionsProvider([token], async (factory: TracingOptionsFactory) =>
      checkLateOptions(await factory.createTracingOptions()),
    );
  if (useClass !== undefined) return [useClass, fromFactory(useClass)];
  return [fromFactory(useExisting as InjectionToken)];
}

/** Makes the options of an application under test from those of the application. */
export type OptionsChange = (given: TracingOptions) => TracingOptions;

/** The change is a dependency and not a provider of its own, so that `overrideProvider` replaces both. */
function optionsProvider(
  inject: readonly (InjectionToken | OptionalFactoryDependency)[],
  create: (...injected: never[]) => TracingOptions | Promise<TracingOptions>,
): FactoryProvider<TracingOptions> {
  const useFactory = async (
    change: OptionsChange | undefined,
    ...injected: never[]
  ): Promise<TracingOptions> => {
    const given = await create(...injected);
    return change === undefined ? given : change(given);
  };
  const change = { token: OPTIONS_CHANGE, optional: true };
  return {
    provide: TRACING_OPTIONS,
    inject: [change, ...inject],
    useFactory,
  } as FactoryProvider<TracingOptions>;
}
