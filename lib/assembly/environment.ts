import { TracingConfigError } from '../errors.js';
import type { SpanLimits } from '../trace/index.js';

/**
 * What the `OTEL_*` variables say, as plain values; what they do not say is undefined. The only file
 * that reads the environment. Options given in code beat all of it.
 *
 * Spec: `configuration/sdk-environment-variables.md`, `protocol/exporter.md`. An empty variable counts
 * as unset; one that cannot be used is an error at start, not a warning: a service that silently
 * traces with other settings than its operator wrote is worse than one that says why it does not start.
 */
export interface EnvironmentSettings {
  readonly isDisabled: boolean;
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Record<string, string>;
  readonly samplerName: EnvironmentSamplerName | undefined;
  /** The ratio of the samplers that have one, 0 to 1. */
  readonly samplerRatio: number | undefined;
  readonly propagatorNames: readonly EnvironmentPropagatorName[] | undefined;
  readonly exporterName: EnvironmentExporterName | undefined;
  readonly otlp: EnvironmentOtlpSettings;
  readonly zipkin: { readonly url?: string; readonly timeoutMillis?: number };
  readonly batch: {
    readonly maxQueueSize?: number;
    readonly maxExportBatchSize?: number;
    readonly scheduledDelayMillis?: number;
    readonly exportTimeoutMillis?: number;
  };
  readonly spanLimits: Partial<SpanLimits>;
  /** Replaces the known HTTP methods as a whole. */
  readonly knownHttpMethods: readonly string[] | undefined;
}

/** How to reach an OTLP receiver, where the environment says so. */
export interface EnvironmentOtlpSettings {
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly timeoutMillis?: number;
  readonly compression?: 'gzip' | 'none';
  readonly protocol?: (typeof OTLP_PROTOCOLS)[number];
  /** Paths of PEM files. */
  readonly certificatePath?: string;
  readonly clientCertificatePath?: string;
  readonly clientKeyPath?: string;
}

export const ENVIRONMENT_SAMPLER_NAMES = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type EnvironmentSamplerName = (typeof ENVIRONMENT_SAMPLER_NAMES)[number];

export const ENVIRONMENT_PROPAGATOR_NAMES = [
  'tracecontext',
  'baggage',
  'b3',
  'b3multi',
  'jaeger',
  'xray',
  'none',
] as const;
/** A propagator by its name in `OTEL_PROPAGATORS`. */
export type EnvironmentPropagatorName = (typeof ENVIRONMENT_PROPAGATOR_NAMES)[number];

export const ENVIRONMENT_EXPORTER_NAMES = ['otlp', 'jaeger', 'zipkin', 'console', 'none'] as const;
export type EnvironmentExporterName = (typeof ENVIRONMENT_EXPORTER_NAMES)[number];

const OTLP_PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'] as const;

/** The variables to read, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws TracingConfigError for a value that cannot be used, naming the variable */
export function readEnvironment(environment: Environment = process.env): EnvironmentSettings {
  const reader = new Reader(environment);
  return {
    isDisabled: reader.flag('OTEL_SDK_DISABLED'),
    serviceName: reader.text('OTEL_SERVICE_NAME'),
    resourceAttributes: reader.pairs('OTEL_RESOURCE_ATTRIBUTES'),
    samplerName: reader.choice('OTEL_TRACES_SAMPLER', ENVIRONMENT_SAMPLER_NAMES),
    samplerRatio: readSamplerRatio(reader),
    propagatorNames: reader.choices('OTEL_PROPAGATORS', ENVIRONMENT_PROPAGATOR_NAMES),
    exporterName: reader.choice('OTEL_TRACES_EXPORTER', ENVIRONMENT_EXPORTER_NAMES),
    otlp: readOtlp(reader),
    zipkin: withoutUndefined({
      url: reader.url('OTEL_EXPORTER_ZIPKIN_ENDPOINT'),
      timeoutMillis: reader.count('OTEL_EXPORTER_ZIPKIN_TIMEOUT', 1),
    }),
    batch: withoutUndefined({
      maxQueueSize: reader.count('OTEL_BSP_MAX_QUEUE_SIZE', 1),
      maxExportBatchSize: reader.count('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 1),
      scheduledDelayMillis: reader.count('OTEL_BSP_SCHEDULE_DELAY', 0),
      exportTimeoutMillis: reader.count('OTEL_BSP_EXPORT_TIMEOUT', 1),
    }),
    spanLimits: readSpanLimits(reader),
    knownHttpMethods: reader.list('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'),
  };
}

function readSamplerRatio(reader: Reader): number | undefined {
  const name = reader.text('OTEL_TRACES_SAMPLER');
  if (name === undefined || !name.endsWith('traceidratio')) return undefined;
  return reader.number(
    'OTEL_TRACES_SAMPLER_ARG',
    (ratio) => ratio >= 0 && ratio <= 1,
    'must be a ratio from 0 to 1',
    'Give 0.1 to sample a tenth of the traces, or leave it out to sample all.',
  );
}

function readOtlp(reader: Reader): EnvironmentOtlpSettings {
  const base = reader.url('OTEL_EXPORTER_OTLP_ENDPOINT');
  const traces = reader.url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const headers = {
    ...reader.pairs('OTEL_EXPORTER_OTLP_HEADERS'),
    ...reader.pairs('OTEL_EXPORTER_OTLP_TRACES_HEADERS'),
  };
  const own = <T>(read: (variable: string) => T | undefined, suffix: string): T | undefined =>
    read(`OTEL_EXPORTER_OTLP_TRACES_${suffix}`) ?? read(`OTEL_EXPORTER_OTLP_${suffix}`);
  const protocol = own((variable) => reader.choice(variable, OTLP_PROTOCOLS), 'PROTOCOL');
  // For HTTP the base gets the signal's path appended; gRPC has the path in its own protocol.
  const fromBase = protocol === 'grpc' ? base : base && `${base.replace(/\/$/, '')}/v1/traces`;
  return withoutUndefined({
    // The signal's own endpoint is used as it is.
    url: traces ?? fromBase,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    timeoutMillis: own((variable) => reader.count(variable, 1), 'TIMEOUT'),
    compression: own((variable) => reader.choice(variable, ['gzip', 'none']), 'COMPRESSION'),
    protocol,
    certificatePath: own((variable) => reader.text(variable), 'CERTIFICATE'),
    clientCertificatePath: own((variable) => reader.text(variable), 'CLIENT_CERTIFICATE'),
    clientKeyPath: own((variable) => reader.text(variable), 'CLIENT_KEY'),
  });
}

function readSpanLimits(reader: Reader): Partial<SpanLimits> {
  return withoutUndefined({
    attributeCountLimit:
      reader.count('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 0) ??
      reader.count('OTEL_ATTRIBUTE_COUNT_LIMIT', 0),
    attributeValueLengthLimit:
      reader.count('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0) ??
      reader.count('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0),
    eventCountLimit: reader.count('OTEL_SPAN_EVENT_COUNT_LIMIT', 0),
    linkCountLimit: reader.count('OTEL_SPAN_LINK_COUNT_LIMIT', 0),
    attributePerEventCountLimit: reader.count('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 0),
    attributePerLinkCountLimit: reader.count('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 0),
  });
}

/** Reads one variable in one form. */
class Reader {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(variable: string): string | undefined {
    const value = this.#environment[variable]?.trim();
    return value === '' ? undefined : value;
  }

  /** Only `true` in any case is true: spec, "Boolean". */
  flag(variable: string): boolean {
    return this.text(variable)?.toLowerCase() === 'true';
  }

  list(variable: string): string[] | undefined {
    const items = this.text(variable)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items === undefined || items.length === 0 ? undefined : items;
  }

  choice<T extends string>(variable: string, choices: readonly T[]): T | undefined {
    const value = this.text(variable);
    return value === undefined ? undefined : this.#oneOf(variable, value, choices);
  }

  choices<T extends string>(variable: string, choices: readonly T[]): T[] | undefined {
    return this.list(variable)?.map((item) => this.#oneOf(variable, item, choices));
  }

  number(
    variable: string,
    isGood: (value: number) => boolean,
    mustHold: string,
    remedy: string,
  ): number | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (Number.isNaN(value) || !isGood(value)) {
      throw TracingConfigError.invalidEnvironment(variable, mustHold, text, remedy);
    }
    return value;
  }

  count(variable: string, minimum: number): number | undefined {
    return this.number(
      variable,
      (value) => Number.isInteger(value) && value >= minimum,
      `must be a whole number from ${minimum} on`,
      'Correct it, or unset it for the default.',
    );
  }

  url(variable: string): string | undefined {
    const value = this.text(variable);
    if (value === undefined) return undefined;
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
      throw TracingConfigError.invalidEnvironment(
        variable,
        'must be a URL with http: or https:',
        value,
        'Give the address of a receiver in full, such as http://localhost:4318.',
      );
    }
    return value;
  }

  /** `key=value,key=value`, percent-encoded as in W3C baggage. */
  pairs(variable: string): Record<string, string> {
    const pairs: Record<string, string> = {};
    for (const [index, item] of (this.list(variable) ?? []).entries()) {
      const separator = item.indexOf('=');
      const key = decode(item.slice(0, separator).trim());
      const value = decode(item.slice(separator + 1).trim());
      if (separator < 1 || key === undefined || value === undefined) {
        throw TracingConfigError.invalidEnvironment(
          variable,
          'must be a list such as key1=value1,key2=value2, percent-encoded',
          // Not the entry itself: headers hold secrets.
          `entry ${index + 1}`,
          'Correct this entry; encode commas, semicolons and percent signs in it as %2C, %3B, %25.',
        );
      }
      pairs[key] = value;
    }
    return pairs;
  }

  #oneOf<T extends string>(variable: string, value: string, choices: readonly T[]): T {
    const choice = choices.find((candidate) => candidate === value.toLowerCase());
    if (choice !== undefined) return choice;
    throw TracingConfigError.invalidEnvironment(
      variable,
      `must be one of ${choices.join(', ')}`,
      value,
      'Correct it, unset it, or give the part as an option of TracingModule.forRoot instead.',
    );
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function withoutUndefined<T extends object>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
