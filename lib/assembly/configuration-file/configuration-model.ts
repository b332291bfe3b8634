import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Diagnostics } from '../../diagnostics.js';
import type { Sampler } from '../../sampling/index.js';
import {
  ENVIRONMENT_PROPAGATOR_NAMES,
  type EnvironmentBatchSettings,
  type EnvironmentPropagatorName,
} from '../environment.js';
import { withoutUndefined } from '../without-undefined.js';
import {
  type ExporterDescription,
  logExporter,
  metricExporter,
  pairList,
  spanExporter,
} from './exporter-section.js';
import { Place } from './place.js';
import {
  choice,
  component,
  count,
  describe,
  flag,
  lacking,
  list,
  object,
  plainOf,
  type Reader,
  required,
  requiredOrNull,
  section,
  text,
  timeout,
} from './readers.js';
import { sampler } from './sampler-section.js';

/** The largest queue of the batch processors. */
const MAX_QUEUE_SIZE = 1_000_000;

/** How ended spans or log records come to an exporter. */
export interface PipelineDescription {
  readonly isSimple: boolean;
  readonly exporter: ExporterDescription;
  /** The settings of a batch processor, those that the file has. */
  readonly batch: EnvironmentBatchSettings;
  readonly place: Place;
}

const LIMITS = {
  attribute_value_length_limit: count(0),
  attribute_value_depth_limit: lacking,
  attribute_count_limit: count(0),
};

const spanLimits = object({
  ...LIMITS,
  event_count_limit: count(0),
  link_count_limit: count(0),
  event_attribute_count_limit: count(0),
  link_attribute_count_limit: count(0),
});

/** The whole file. Sections that are not in it are undefined. */
export const configuration = object({
  file_format: required(fileFormat),
  disabled: flag,
  log_level: logLevel,
  attribute_limits: object(LIMITS),
  propagator: section(propagator),
  tracer_provider: section(
    object({
      processors: required(pipelines('span', spanExporter)),
      limits: spanLimits,
      sampler: samplerFactory,
      id_generator: component(
        'id generator',
        { random: object({}) },
        'Use the option idGenerator.',
      ),
      'tracer_configurator/development': lacking,
    }),
  ),
  logger_provider: section(
    object({
      processors: required(pipelines('log record', logExporter)),
      limits: object(LIMITS),
      'logger_configurator/development': lacking,
    }),
  ),
  meter_provider: section(
    object({
      readers: required(list(metricReader)),
      views: lacking,
      exemplar_filter: choice(['trace_based'], ['always_on', 'always_off']),
      'meter_configurator/development': lacking,
    }),
  ),
  resource: object({
    attributes: list(attribute),
    attributes_list: pairList,
    schema_url: text,
    'detection/development': lacking,
  }),
  'instrumentation/development': lacking,
  distribution: lacking,
});

/** A configuration file as this library understands it. */
export type Configuration = ReturnType<typeof configuration>;

function fileFormat(value: unknown, place: Place): string {
  // Without quotes, YAML reads a number.
  const plain = plainOf(value);
  const version = typeof plain === 'number' ? plain.toFixed(1) : text(value, place);
  const [, major, minor] = /^(\d+)\.(\d+)(?:-.+)?$/.exec(version) ?? [];
  if (major !== '1') {
    throw place.error(
      'must be a version of the file format that begins with 1, such as "1.0"',
      describe(version),
      'Write the file in format 1.0, and say so.',
    );
  }
  place.facts.isNewer = Number(minor) > 1;
  return version;
}

/** Creates the sampler of the file, for the service that it decides for. */
export type CreateConfiguredSampler = (
  serviceName: string,
  diagnostics: Diagnostics | undefined,
) => Sampler;

/** The section is read twice: first to find its errors at start, also if a sampler in code replaces it. */
function samplerFactory(value: unknown, place: Place): CreateConfiguredSampler {
  sampler(value, place);
  return (serviceName, diagnostics) => {
    const facts = { ...place.facts, sampling: { serviceName, diagnostics } };
    return sampler(value, new Place(facts, place.path));
  };
}

const SEVERITIES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

function logLevel(value: unknown, place: Place): (typeof SEVERITIES)[number] {
  const names = SEVERITIES.flatMap((name) => [name, `${name}2`, `${name}3`, `${name}4`]);
  const name = choice(names)(value, place) ?? 'info';
  return name.replace(/\d$/, '') as (typeof SEVERITIES)[number];
}

const propagatorComponent = component<EnvironmentPropagatorName>(
  'propagator',
  Object.fromEntries(
    ENVIRONMENT_PROPAGATOR_NAMES.map((name) => [
      name,
      (value: unknown, place: Place) => {
        object({})(value, place);
        return name;
      },
    ]),
  ),
  'Correct the name. Pass a propagator of your own in the option propagator, and remove this section.',
);

/** The names of both lists, each once. */
function propagator(value: unknown, place: Place): readonly EnvironmentPropagatorName[] {
  const { composite = [], composite_list: listed = [] } = object({
    composite: list(propagatorComponent),
    composite_list: propagatorNames,
  })(value, place);
  return [...new Set([...composite, ...listed])];
}

function propagatorNames(value: unknown, place: Place): readonly EnvironmentPropagatorName[] {
  const names = text(value, place)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.map((name) => choice(ENVIRONMENT_PROPAGATOR_NAMES)(name, place) ?? 'none');
}

/** The processors that the library has, in their order. */
function pipelines(
  items: string,
  exporter: Reader<ExporterDescription | undefined>,
): Reader<readonly PipelineDescription[]> {
  const simple = object({ exporter: required(exporter) });
  const batch = object({
    exporter: required(exporter),
    schedule_delay: count(0),
    export_timeout: timeout,
    max_queue_size: count(1, MAX_QUEUE_SIZE),
    max_export_batch_size: count(1, MAX_QUEUE_SIZE),
  });
  const processor = component<PipelineDescription | undefined>(
    `${items} processor`,
    {
      simple: (value, place) => {
        const { exporter } = simple(value, place);
        return exporter && { isSimple: true, exporter, batch: {}, place };
      },
      batch: (value, place) => {
        const { exporter, ...given } = batch(value, place);
        return exporter && { isSimple: false, exporter, batch: batchOf(given, place), place };
      },
      ...(items === 'span' ? {} : { 'event_to_span_event_bridge/development': lacking }),
    },
    'Correct the name. Pass a span processor of your own in the option spanProcessors, and remove this section.',
  );
  const all = list(processor);
  return (value, place) => all(value, place).filter((pipeline) => pipeline !== undefined);
}

function batchOf(
  given: {
    readonly schedule_delay: number | undefined;
    readonly export_timeout: number | undefined;
    readonly max_queue_size: number | undefined;
    readonly max_export_batch_size: number | undefined;
  },
  place: Place,
): EnvironmentBatchSettings {
  const { max_queue_size: maxQueueSize, max_export_batch_size: maxExportBatchSize } = given;
  if (maxQueueSize !== undefined && (maxExportBatchSize ?? 0) > maxQueueSize) {
    throw place
      .property('max_export_batch_size')
      .error(
        `must not be larger than max_queue_size, ${maxQueueSize}`,
        `${maxExportBatchSize}`,
        'Correct one of them.',
      );
  }
  return withoutUndefined({
    maxQueueSize,
    maxExportBatchSize,
    scheduledDelayMillis: given.schedule_delay,
    exportTimeoutMillis: given.export_timeout,
  });
}

/** A metric reader as the file describes it. */
export interface MetricReaderDescription {
  readonly intervalMillis: number | undefined;
  readonly timeoutMillis: number | undefined;
  readonly maxSeriesCount: number | undefined;
  readonly exporter: ExporterDescription;
  readonly place: Place;
}

const periodic = object({
  interval: count(1),
  timeout,
  'max_export_batch_size/development': lacking,
  exporter: required(metricExporter),
  producers: lacking,
  cardinality_limits: object({
    default: count(2),
    counter: lacking,
    gauge: lacking,
    histogram: lacking,
    observable_counter: lacking,
    observable_gauge: lacking,
    observable_up_down_counter: lacking,
    up_down_counter: lacking,
  }),
});

function metricReader(value: unknown, place: Place): MetricReaderDescription | undefined {
  return component<MetricReaderDescription | undefined>(
    'metric reader',
    {
      // Prometheus scrapes the server of the application.
      pull: lacking,
      periodic: (value, place) => {
        const { exporter, interval, timeout, cardinality_limits: limits } = periodic(value, place);
        return (
          exporter && {
            intervalMillis: interval,
            timeoutMillis: timeout,
            maxSeriesCount: limits?.default,
            exporter,
            place,
          }
        );
      },
    },
    'Correct the name.',
  )(value, place);
}

const ATTRIBUTE_TYPES = {
  string: 'string',
  bool: 'boolean',
  int: 'number',
  double: 'number',
} as const;
type AttributeType = keyof typeof ATTRIBUTE_TYPES;

const attributeFields = object({
  name: required(text),
  value: requiredOrNull((value: unknown) => value),
  type: choice([
    'string',
    'bool',
    'int',
    'double',
    'string_array',
    'bool_array',
    'int_array',
    'double_array',
  ]),
});

/** One attribute of the resource; none for an entry whose value is null. */
function attribute(given: unknown, place: Place): Attributes {
  const { name, value, type = 'string' } = attributeFields(given, place);
  if (value === undefined) return {};
  const at = place.property('value');
  const itemType = type.replace('_array', '') as AttributeType;
  const item = (value: unknown, place: Place): AttributeValue => readScalar(itemType, value, place);
  const read = type.endsWith('_array')
    ? (list(item)(value, at) as AttributeValue)
    : item(value, at);
  return { [name]: read };
}

function readScalar(type: AttributeType, value: unknown, place: Place): AttributeValue {
  if (type === 'string') return text(value, place);
  const plain = plainOf(value);
  const isRight =
    typeof plain === ATTRIBUTE_TYPES[type] && (type !== 'int' || Number.isInteger(plain));
  if (isRight) return plain as AttributeValue;
  throw place.error(
    `must be of the type ${type}`,
    describe(plain),
    'Correct the value, or the type beside it.',
  );
}
