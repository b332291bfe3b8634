import type { Attributes } from '@opentelemetry/api';
import type { Diagnostics } from '../../diagnostics.js';
import type { EnvironmentSettings } from '../environment.js';
import { withoutUndefined } from '../without-undefined.js';
import {
  type Configuration,
  type CreateConfiguredSampler,
  configuration,
  type MetricReaderDescription,
  type PipelineDescription,
} from './configuration-model.js';
import { readConfigurationTree } from './configuration-tree.js';
import { type FileFacts, Place } from './place.js';

/** What a configuration file describes, and `OTEL_*` variables cannot. */
export interface ConfiguredParts {
  /** The processors of spans; undefined without a tracer provider: then no spans are recorded. */
  readonly spans: readonly PipelineDescription[] | undefined;
  /** Undefined if log records are not exported. */
  readonly logs: PipelineDescription | undefined;
  /** Undefined if metrics are not exported. */
  readonly metrics: MetricReaderDescription | undefined;
  readonly createSampler: CreateConfiguredSampler | undefined;
  readonly resourceSchemaUrl: string | undefined;
  /** False if the file has no section about propagators. */
  readonly hasPropagator: boolean;
}

/**
 * Reads the file of `OTEL_CONFIG_FILE`, if there is one, and gives its settings the place of those of the
 * environment. One warning names what the file has and this library has not.
 *
 * Spec: `configuration/sdk.md`, `configuration/data-model.md`; the schema is that of version 1.1 of
 * opentelemetry-configuration.
 *
 * @throws TracingConfigError for a file that cannot be read, is not valid, or has a value that cannot be used
 */
export function applyConfigurationFile(
  environment: EnvironmentSettings,
  diagnostics: Diagnostics,
): EnvironmentSettings {
  if (environment.configurationFile === undefined) return environment;
  const { path: file, variables } = environment.configurationFile;
  const facts: FileFacts = { file, lacking: new Set(), isNewer: false };
  const given = configuration(readConfigurationTree(file, variables), new Place(facts));
  const logs = firstOf(given.logger_provider?.processors);
  const metrics = firstOf(given.meter_provider?.readers);
  if (given.log_level === 'error' || given.log_level === 'fatal') diagnostics.mute();
  report(facts, environment, diagnostics);
  return {
    ...environment,
    ...overallSettings(given),
    ...spanSettings(given),
    logs: { ...environment.logs, batch: logs?.batch ?? {}, limits: logLimits(given) },
    ...metricSettings(metrics, environment),
    configured: {
      spans: given.tracer_provider?.processors,
      logs,
      metrics,
      createSampler: given.tracer_provider?.sampler,
      resourceSchemaUrl: given.resource?.schema_url,
      hasPropagator: given.propagator !== undefined,
    },
  };
}

function report(
  { file, lacking }: FileFacts,
  { viewerUrl }: EnvironmentSettings,
  diagnostics: Diagnostics,
): void {
  if (lacking.size > 0) {
    diagnostics.say(
      `The configuration file ${file} has settings that this library does not have. They are ignored: ${[...lacking].join(', ')}.`,
    );
  }
  if (viewerUrl !== undefined) {
    diagnostics.say(
      `The spans go where the configuration file ${file} sends them, and not to the trace viewer that started the process. Unset OTEL_CONFIG_FILE to see them there.`,
    );
  }
}

function overallSettings(given: Configuration): Partial<EnvironmentSettings> {
  const { disabled = false, propagator = [], resource } = given;
  const attributes: Attributes = Object.assign(
    {},
    resource?.attributes_list,
    ...(resource?.attributes ?? []),
  );
  return {
    isDisabled: disabled,
    resourceAttributes: attributes,
    propagatorNames: propagator.length === 0 ? ['none'] : propagator,
  };
}

function spanSettings({
  tracer_provider: provider,
  attribute_limits: shared,
}: Configuration): Partial<EnvironmentSettings> {
  const limits = provider?.limits;
  const [first] = provider?.processors ?? [];
  const otlp = first?.exporter.kind === 'otlp' ? first.exporter : undefined;
  return {
    // For the viewers, which ask whether spans are sent to them already.
    exporterName: otlp === undefined ? 'none' : 'otlp',
    otlp: withoutUndefined({ url: otlp?.url, headers: otlp && { ...otlp.headers } }),
    batch: first?.batch ?? {},
    spanLimits: withoutUndefined({
      attributeCountLimit: limits?.attribute_count_limit ?? shared?.attribute_count_limit,
      attributeValueLengthLimit:
        limits?.attribute_value_length_limit ?? shared?.attribute_value_length_limit,
      eventCountLimit: limits?.event_count_limit,
      linkCountLimit: limits?.link_count_limit,
      attributePerEventCountLimit: limits?.event_attribute_count_limit,
      attributePerLinkCountLimit: limits?.link_attribute_count_limit,
    }),
  };
}

function logLimits({
  logger_provider: provider,
  attribute_limits: shared,
}: Configuration): EnvironmentSettings['logs']['limits'] {
  const limits = provider?.limits;
  return withoutUndefined({
    attributeCountLimit: limits?.attribute_count_limit ?? shared?.attribute_count_limit,
    attributeValueLengthLimit:
      limits?.attribute_value_length_limit ?? shared?.attribute_value_length_limit,
  });
}

function metricSettings(
  reader: MetricReaderDescription | undefined,
  { metrics }: EnvironmentSettings,
): Partial<EnvironmentSettings> {
  return {
    // Any name but `none` switches metrics on.
    metricExporterName: reader === undefined ? 'none' : 'otlp',
    metrics: {
      ...metrics,
      intervalMillis: reader?.intervalMillis,
      timeoutMillis: reader?.timeoutMillis,
      maxSeriesCount: reader?.maxSeriesCount,
    },
  };
}

/** The library has one pipeline for log records, and one for metrics. The others are lacking. */
function firstOf<T extends { readonly place: Place }>(
  all: readonly (T | undefined)[] | undefined,
): T | undefined {
  const [first, ...others] = (all ?? []).filter((part) => part !== undefined);
  for (const { place } of others) place.lacks();
  return first;
}
