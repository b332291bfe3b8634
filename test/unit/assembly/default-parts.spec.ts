import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  createDefaultExporter,
  createDefaultPropagator,
  createDefaultSampler,
  createExportProcessor,
} from '../../../lib/assembly/default-parts.js';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import type { EnvironmentVariables } from '../../../lib/assembly/environment-reader.js';
import { UnusableSpanExporter } from '../../../lib/assembly/unusable-exporter.js';
import { BatchSpanProcessor, SimpleSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { TracingConfigError } from '../../../lib/errors.js';
import {
  ConsoleSpanExporter,
  type GrpcPackage,
  InMemorySpanExporter,
  JaegerSpanExporter,
  NoopSpanExporter,
  OtlpGrpcSpanExporter,
  OtlpSpanExporter,
  ZipkinSpanExporter,
} from '../../../lib/export/index.js';

const warnings: string[] = [];
const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });

const read = (variables: EnvironmentVariables) => readEnvironment(diagnostics, variables);

beforeEach(() => {
  warnings.length = 0;
});

describe('createDefaultSampler', () => {
  const samplers: [EnvironmentVariables, RegExp][] = [
    [{}, /^ParentBased\{root=AlwaysOnSampler/],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, /^AlwaysOnSampler$/],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, /^AlwaysOffSampler$/],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' }, /0\.5/],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, /^ParentBased\{root=AlwaysOnSampler/],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, /^ParentBased\{root=AlwaysOffSampler/],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
      /^ParentBased\{root=.*0\.25/,
    ],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, /1/],
    [
      {
        OTEL_TRACES_SAMPLER: 'jaeger_remote',
        OTEL_TRACES_SAMPLER_ARG: 'initialSamplingRate=0.25',
      },
      /^JaegerRemoteSampler\{probabilistic 0\.25\}$/,
    ],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_jaeger_remote' },
      /^ParentBased\{root=JaegerRemoteSampler\{probabilistic 0\.001\}, /,
    ],
    [{ OTEL_TRACES_SAMPLER: 'xray' }, /^ParentBased\{root=XRaySampler\{no rules\}, /],
  ];
  it.each(samplers)('makes of %j the sampler %s', (environment, description) => {
    expect(createDefaultSampler(read(environment)).toString()).toMatch(description);
  });
});

describe('createDefaultPropagator', () => {
  const propagators: [string | undefined, string[]][] = [
    [undefined, ['traceparent', 'tracestate', 'baggage']],
    ['b3', ['b3']],
    ['b3multi', ['X-B3-TraceId', 'X-B3-SpanId', 'X-B3-Sampled', 'X-B3-Flags']],
    ['tracecontext,tracecontext', ['traceparent', 'tracestate']],
    ['none', []],
    ['tracecontext,none', []],
  ];
  it.each(propagators)('of OTEL_PROPAGATORS %s has the fields %j', (names, fields) => {
    const environment = read({ OTEL_PROPAGATORS: names });
    const found = createDefaultPropagator(environment, diagnostics).fields();
    expect(found.map((field) => field.toLowerCase()).sort()).toEqual(
      fields.map((field) => field.toLowerCase()).sort(),
    );
  });

  it('takes names that are given before those of the environment', () => {
    const environment = read({ OTEL_PROPAGATORS: 'b3' });
    const fields = (names: Parameters<typeof createDefaultPropagator>[2]) =>
      createDefaultPropagator(environment, diagnostics, names).fields();
    expect(fields(undefined)).toEqual(['b3']);
    expect(fields('tracecontext')).toEqual(['traceparent', 'tracestate']);
    expect(fields(['baggage', 'b3'])).toEqual(['baggage', 'b3']);
    expect(() => fields(['b4' as 'b3'])).toThrow(/propagator, or a list of the names .*it is "b4"/);
  });

  it.each(['jaeger', 'xray', 'baggage', 'ottrace', 'gcp', 'datadog'])('knows %s', (name) => {
    const environment = read({ OTEL_PROPAGATORS: name });
    expect(createDefaultPropagator(environment, diagnostics).fields()).not.toEqual([]);
  });
});

describe('createDefaultExporter', () => {
  const exporters: [EnvironmentVariables, unknown][] = [
    [{}, ConsoleSpanExporter],
    [{ OTEL_TRACES_EXPORTER: 'console' }, ConsoleSpanExporter],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, OtlpSpanExporter],
    [{ OTEL_TRACES_EXPORTER: 'jaeger' }, JaegerSpanExporter],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, ZipkinSpanExporter],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, OtlpSpanExporter],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'console' },
      ConsoleSpanExporter,
    ],
    [{ JEST_WORKER_ID: '1', OTEL_TRACES_EXPORTER: 'console' }, ConsoleSpanExporter],
    [{ JEST_WORKER_ID: '1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, OtlpSpanExporter],
  ];
  it.each(exporters)('makes of %j the exporter %p', (environment, expected) => {
    const exporter = createDefaultExporter(read(environment), diagnostics);
    expect(exporter).toBeInstanceOf(expected);
  });

  it('makes none under a test runner', () => {
    expect(createDefaultExporter(read({ JEST_WORKER_ID: '1' }), diagnostics)).toBeUndefined();
  });

  it('makes none of none', () => {
    const environment = read({ OTEL_TRACES_EXPORTER: 'none' });
    expect(createDefaultExporter(environment, diagnostics)).toBeUndefined();
  });

  const askForGrpc = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };

  it.each(['otlp', 'jaeger'])('speaks gRPC for %s with the package that it is given', (name) => {
    const environment = read({ ...askForGrpc, OTEL_TRACES_EXPORTER: name });
    expect(createDefaultExporter(environment, diagnostics, grpc)).toBeInstanceOf(
      OtlpGrpcSpanExporter,
    );
    expect(warnings).toEqual([]);
  });

  it('refuses another package than that of gRPC, which is an option', () => {
    expect(() => createDefaultExporter(read(askForGrpc), diagnostics, {} as GrpcPackage)).toThrow(
      TracingConfigError,
    );
  });

  it.each([
    ['otlp', OtlpSpanExporter],
    ['jaeger', JaegerSpanExporter],
  ])('speaks HTTP for %s at the default endpoint where gRPC has no package', (name, expected) => {
    const environment = read({ ...askForGrpc, OTEL_TRACES_EXPORTER: name });
    expect(createDefaultExporter(environment, diagnostics)).toBeInstanceOf(expected);
    expect(warnings).toEqual([
      expect.stringMatching(
        /PROTOCOL is grpc, but the option grpcPackage is not given.*@grpc\/grpc-js.*Using http\/protobuf at its default endpoint/,
      ),
    ]);
  });

  it.each(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])(
    'exports nothing where gRPC has no package and %s names its receiver',
    (variable) => {
      const environment = read({ ...askForGrpc, [variable]: 'http://collector:4317' });
      expect(createDefaultExporter(environment, diagnostics)).toBeInstanceOf(UnusableSpanExporter);
      expect(warnings).toEqual([
        expect.stringMatching(/^No spans are exported: .*PROTOCOL is grpc.*@grpc\/grpc-js/),
      ]);
    },
  );

  it('sends OTLP to the default endpoint where the given one cannot be used', () => {
    const environment = read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' });
    expect(createDefaultExporter(environment, diagnostics)).toBeInstanceOf(OtlpSpanExporter);
  });

  it('needs no package for gRPC where the environment wants another exporter', () => {
    const environment = read({
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    });
    expect(createDefaultExporter(environment, diagnostics)).toBeInstanceOf(ConsoleSpanExporter);
  });

  it.each([
    ['CERTIFICATE', 'http/protobuf'],
    ['CLIENT_CERTIFICATE', 'http/json'],
    ['CLIENT_KEY', 'grpc'],
  ])('exports nothing where the file of %s cannot be read', (suffix, protocol) => {
    const environment = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      [`OTEL_EXPORTER_OTLP_${suffix}`]: '/nowhere/client.pem',
    });
    expect(createDefaultExporter(environment, diagnostics, grpc)).toBeInstanceOf(
      UnusableSpanExporter,
    );
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(`^No spans are exported: the file .*\\]${suffix} names, "/nowhere/client.pem"`),
      ),
    ]);
  });

  it.each(['http/protobuf', 'grpc'])('exports nothing by %s with a bad certificate', (protocol) => {
    const path = join(mkdtempSync(join(tmpdir(), 'traced-')), 'client.pem');
    writeFileSync(path, 'no certificate');
    const environment = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: path,
    });
    expect(createDefaultExporter(environment, diagnostics, grpc)).toBeInstanceOf(
      UnusableSpanExporter,
    );
    expect(warnings).toEqual([expect.stringMatching(/^No spans are exported: .*\.tls must/)]);
  });

  it('exports nothing where Jaeger does not speak the protocol at the endpoint', () => {
    const environment = read({
      OTEL_TRACES_EXPORTER: 'jaeger',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://jaeger:14268/api/traces',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    expect(createDefaultExporter(environment, diagnostics)).toBeInstanceOf(UnusableSpanExporter);
    expect(warnings).toEqual([expect.stringMatching(/^No spans are exported: .*thrift/)]);
  });
});

describe('createExportProcessor', () => {
  const processors: [string, ConstructorParameters<typeof BatchSpanProcessor>[0], unknown][] = [
    ['the console', new ConsoleSpanExporter(), SimpleSpanProcessor],
    ['memory', new InMemorySpanExporter(), SimpleSpanProcessor],
    ['anything else', new NoopSpanExporter(), BatchSpanProcessor],
  ];
  it.each(processors)('feeds %s with the processor that fits', (_, exporter, expected) => {
    const processor = createExportProcessor(exporter, {}, read({}), false, diagnostics);
    expect(processor).toBeInstanceOf(expected);
  });

  it('refuses options that do not fit together', () => {
    const batch = { maxExportBatchSize: 20, maxQueueSize: 10 };
    expect(() =>
      createExportProcessor(new NoopSpanExporter(), { batch }, read({}), false, diagnostics),
    ).toThrow(/maxExportBatchSize/);
  });

  it('ignores what the environment says against options', () => {
    const environment = read({ OTEL_BSP_MAX_QUEUE_SIZE: '10' });
    const batch = { maxExportBatchSize: 20 };
    createExportProcessor(new NoopSpanExporter(), { batch }, environment, false, diagnostics);
    expect(warnings).toEqual([expect.stringContaining('OTEL_BSP_MAX_QUEUE_SIZE is 10')]);
  });
});
