import { afterEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { applyConfigurationFile } from '../../../../lib/assembly/configuration-file/apply-configuration-file.js';
import { readEnvironment } from '../../../../lib/assembly/environment.js';
import type { Tracing } from '../../../../lib/assembly/tracing.js';
import { TracingComposition } from '../../../../lib/assembly/tracing-composition.js';
import type { StandaloneTracingOptions } from '../../../../lib/assembly/tracing-options.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { InMemorySpanExporter } from '../../../../lib/export/index.js';
import { ConfigurationFiles } from './configuration-files.js';

const files = new ConfigurationFiles();
const tracings: Tracing[] = [];

afterEach(async () => {
  for (const tracing of tracings.splice(0)) await tracing.shutdown();
});

const PIPELINE = `
tracer_provider:
  processors:
    - batch: { schedule_delay: 100, max_queue_size: 50, exporter: { otlp_http: { endpoint: "http://127.0.0.1:1/v1/traces" } } }
`;

/** Reads a file, and composes a tracing of it as `createTracing` does. */
function compose(
  text: string,
  options: StandaloneTracingOptions = {},
  variables: Record<string, string> = {},
) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
  const OTEL_CONFIG_FILE = files.write(text);
  const read = readEnvironment(diagnostics, { OTEL_CONFIG_FILE, ...variables });
  const environment = applyConfigurationFile(read, diagnostics);
  const composition = new TracingComposition(options, environment, diagnostics);
  const tracing = composition.composeStandalone({ registerGlobally: false, ...options });
  tracings.push(tracing);
  return { environment, tracing, warnings };
}

const HEAD = 'file_format: "1.0"\n';

describe('a configuration file', () => {
  it('is not read without its variable', () => {
    const diagnostics = new Diagnostics({ warn() {} });
    const environment = readEnvironment(diagnostics, { OTEL_CONFIG_FILE: ' ' });
    expect(applyConfigurationFile(environment, diagnostics)).toBe(environment);
    const foreign = readEnvironment(diagnostics, { OTEL_CONFIG_FILE: '/none.yaml' }, false);
    expect(applyConfigurationFile(foreign, diagnostics)).toBe(foreign);
  });

  it('takes the place of all OTEL_* variables, but for those that it refers to', () => {
    const variables = {
      OTEL_SERVICE_NAME: 'of-environment',
      OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=1,of.environment=1',
      OTEL_SDK_DISABLED: 'true',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_BSP_MAX_QUEUE_SIZE: 'wrong',
      OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: 'GET',
    };
    const { environment, tracing, warnings } = compose(
      `${HEAD}${PIPELINE}
propagator: { composite_list: "b3" }
resource:
  schema_url: https://opentelemetry.io/schemas/1.45.0
  attributes: [{ name: b, value: "2" }, { name: service.name, value: "of-file" }]
  attributes_list: \${OTEL_RESOURCE_ATTRIBUTES}
`,
      {},
      variables,
    );
    expect(tracing.resource.attributes).toMatchObject({
      'service.name': 'of-file',
      a: '1',
      b: '2',
      'of.environment': '1',
    });
    expect(tracing.resource.schemaUrl).toBe('https://opentelemetry.io/schemas/1.45.0');
    expect(tracing.isEnabled).toBe(true);
    expect(String(tracing.sampler)).toMatch(/^ParentBased\{root=AlwaysOnSampler/);
    expect(tracing.propagator.fields()).toEqual(expect.arrayContaining(['b3']));
    expect(environment.knownHttpMethods).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('sets limits; those of a section precede the shared ones', () => {
    const { environment } = compose(`${HEAD}${PIPELINE}
  limits: { attribute_count_limit: 5, event_count_limit: 6 }
attribute_limits: { attribute_count_limit: 1, attribute_value_length_limit: 2 }
`);
    expect(environment.spanLimits).toEqual({
      attributeCountLimit: 5,
      attributeValueLengthLimit: 2,
      eventCountLimit: 6,
    });
    expect(environment.logs.limits).toEqual({
      attributeCountLimit: 1,
      attributeValueLengthLimit: 2,
    });
  });

  it('makes a processor for each of its list, in their order', () => {
    const { tracing } = compose(`${HEAD}
tracer_provider:
  processors:
    - batch: { exporter: { otlp_http: null } }
    - simple: { exporter: { otlp_http: null } }
    - batch: { exporter: { console: null } }
`);
    expect(tracing.spanProcessors.map((processor) => processor.constructor.name)).toEqual([
      'BatchSpanProcessor',
      'SimpleSpanProcessor',
      'BatchSpanProcessor',
    ]);
    expect(tracing.exporter?.constructor.name).toBe('OtlpSpanExporter');
  });

  it('makes the pipelines of log records and metrics', () => {
    const { tracing, warnings } = compose(`${HEAD}
logger_provider: { processors: [{ batch: { exporter: { otlp_http: null } } }, { simple: { exporter: { otlp_http: null } } }] }
meter_provider: { readers: [{ periodic: { interval: 1000, exporter: { otlp_http: null } } }] }
propagator: {}
`);
    expect(tracing.logExporter?.constructor.name).toBe('OtlpLogExporter');
    expect(tracing.metrics.isEnabled).toBe(true);
    expect(tracing.statistics.counts().metrics).toBeDefined();
    expect(warnings).toEqual([
      expect.stringMatching(/does not have.*: logger_provider\.processors\[1\]\.simple\.$/),
    ]);
  });

  it('without a tracer provider records no spans, and passes the contexts of callers on', () => {
    const { tracing } = compose(`${HEAD}propagator: { composite_list: tracecontext }
meter_provider: { readers: [{ periodic: { exporter: { otlp_http: null } } }] }
`);
    const span = tracing.tracer.startSpan('span', { kind: SpanKind.SERVER });
    expect(span.isRecording()).toBe(false);
    span.end();
    expect(tracing.isEnabled).toBe(true);
    expect(tracing.statistics.counts().started).toBe(0);
    // Unless the code has a pipeline.
    const exporter = new InMemorySpanExporter();
    const other = compose(`${HEAD}propagator: {}\n`, { exporter });
    other.tracing.tracer.startSpan('span').end();
    expect(exporter.getFinishedSpans()).toHaveLength(1);
  });

  it('switches everything off with `disabled`', () => {
    const { tracing } = compose(`${HEAD}${PIPELINE}
disabled: true
propagator: {}`);
    expect(tracing.isEnabled).toBe(false);
  });

  it('says that it has no propagator, unless it says so itself or the code has one', () => {
    expect(compose(HEAD + PIPELINE).warnings).toEqual([
      expect.stringMatching(/has no section propagator, so no trace context is read/),
    ]);
    expect(compose(`${HEAD}${PIPELINE}\npropagator: {}`).warnings).toEqual([]);
    expect(compose(HEAD + PIPELINE, { propagator: 'b3' }).warnings).toEqual([]);
  });

  it('yields to options in code', () => {
    const exporter = new InMemorySpanExporter();
    const { tracing } = compose(
      `${HEAD}${PIPELINE}
  sampler: { always_off: null }
disabled: true
propagator: { composite_list: b3 }
resource: { attributes: [{ name: service.name, value: file }, { name: a, value: file }] }
`,
      {
        enabled: true,
        exporter,
        sampler: { shouldSample: () => ({ decision: 2 }), toString: () => 'mine' },
        propagator: 'tracecontext',
        serviceName: 'code',
        resourceAttributes: { a: 'code' },
      },
    );
    tracing.tracer.startSpan('span').end();
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    expect(String(tracing.sampler)).toBe('mine');
    expect(tracing.propagator.fields()).toContain('traceparent');
    expect(tracing.resource.attributes).toMatchObject({ 'service.name': 'code', a: 'code' });
    expect(tracing.spanProcessors).toHaveLength(1);
  });

  it('names all that the library does not have in one warning', () => {
    const { warnings } = compose(`${HEAD}${PIPELINE}
propagator: {}
distribution: { a: {} }
"instrumentation/development": {}
`);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /otel\.yaml has settings that this library does not have\. They are ignored: instrumentation\/development, distribution\.$/,
    );
  });

  it('logs no warnings at a level above them', () => {
    const text = `${HEAD}${PIPELINE}\ndistribution: { a: {} }\n`;
    expect(compose(`${text}log_level: error2`).warnings).toEqual([]);
    expect(compose(`${text}log_level: warn`).warnings).not.toEqual([]);
  });

  it('tells that the trace viewer gets nothing', () => {
    const { warnings } = compose(
      `${HEAD}${PIPELINE}\npropagator: {}`,
      {},
      {
        NESTJS_TRACED_VIEWER: 'http://localhost:4319',
      },
    );
    expect(warnings).toEqual([expect.stringMatching(/not to the trace viewer/)]);
  });
});
