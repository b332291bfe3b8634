import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import {
  createDefaultExporter,
  createDefaultPropagator,
  createDefaultSampler,
  createExportProcessor,
} from '../../../lib/assembly/default-parts.js';
import { type Environment, readEnvironment } from '../../../lib/assembly/environment.js';
import { BatchSpanProcessor, SimpleSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import {
  ConsoleSpanExporter,
  InMemorySpanExporter,
  JaegerSpanExporter,
  NoopSpanExporter,
  OtlpGrpcSpanExporter,
  OtlpSpanExporter,
  ZipkinSpanExporter,
} from '../../../lib/export/index.js';

const diagnostics = new Diagnostics({ warn() {} });

describe('createDefaultSampler', () => {
  const samplers: [Environment, RegExp][] = [
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
  ];
  it.each(samplers)('makes of %j the sampler %s', (environment, description) => {
    expect(createDefaultSampler(readEnvironment(environment)).toString()).toMatch(description);
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
    const environment = readEnvironment({ OTEL_PROPAGATORS: names });
    const found = createDefaultPropagator(environment, diagnostics).fields();
    expect(found.map((field) => field.toLowerCase()).sort()).toEqual(
      fields.map((field) => field.toLowerCase()).sort(),
    );
  });

  it('takes names that are given before those of the environment', () => {
    const environment = readEnvironment({ OTEL_PROPAGATORS: 'b3' });
    const fields = (names: Parameters<typeof createDefaultPropagator>[2]) =>
      createDefaultPropagator(environment, diagnostics, names).fields();
    expect(fields(undefined)).toEqual(['b3']);
    expect(fields('tracecontext')).toEqual(['traceparent', 'tracestate']);
    expect(fields(['baggage', 'b3'])).toEqual(['baggage', 'b3']);
    expect(() => fields(['b4' as 'b3'])).toThrow(/propagator, or names out of .*it is "b4"/);
  });

  it.each(['jaeger', 'xray', 'baggage'])('knows %s', (name) => {
    const environment = readEnvironment({ OTEL_PROPAGATORS: name });
    expect(createDefaultPropagator(environment, diagnostics).fields()).not.toEqual([]);
  });
});

describe('createDefaultExporter', () => {
  const exporters: [Environment, unknown][] = [
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
  ];
  it.each(exporters)('makes of %j the exporter %p', (environment, expected) => {
    const exporter = createDefaultExporter(readEnvironment(environment), diagnostics);
    expect(exporter).toBeInstanceOf(expected);
  });

  it('makes none of none', () => {
    const environment = readEnvironment({ OTEL_TRACES_EXPORTER: 'none' });
    expect(createDefaultExporter(environment, diagnostics)).toBeUndefined();
  });

  it.each(['otlp', 'jaeger'])('speaks gRPC for %s with the package that it is given', (name) => {
    const environment = readEnvironment({
      OTEL_TRACES_EXPORTER: name,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    });
    expect(createDefaultExporter(environment, diagnostics, grpc)).toBeInstanceOf(
      OtlpGrpcSpanExporter,
    );
    expect(() => createDefaultExporter(environment, diagnostics)).toThrow(
      /OTEL_EXPORTER_OTLP_PROTOCOL can be grpc only where the option grpcPackage is given.*@grpc\/grpc-js/s,
    );
  });

  it('needs no package for gRPC where the environment wants another exporter', () => {
    const environment = readEnvironment({
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    });
    expect(createDefaultExporter(environment, diagnostics)).toBeInstanceOf(ConsoleSpanExporter);
  });

  it('reads certificates, and names the variable of one that cannot be read', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'traced-')), 'client.pem');
    const environment = readEnvironment({
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: path,
    });
    expect(() => createDefaultExporter(environment, diagnostics)).toThrow(
      /OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE must be the path of a PEM file.*client\.pem/,
    );
    writeFileSync(path, 'no certificate');
    expect(() => createDefaultExporter(environment, diagnostics)).toThrow(/\.tls must/);
  });
});

describe('createExportProcessor', () => {
  const processors: [string, ConstructorParameters<typeof BatchSpanProcessor>[0], unknown][] = [
    ['the console', new ConsoleSpanExporter(), SimpleSpanProcessor],
    ['memory', new InMemorySpanExporter(), SimpleSpanProcessor],
    ['anything else', new NoopSpanExporter(), BatchSpanProcessor],
  ];
  it.each(processors)('feeds %s with the processor that fits', (_, exporter, expected) => {
    const processor = createExportProcessor(exporter, {}, readEnvironment({}), diagnostics);
    expect(processor).toBeInstanceOf(expected);
  });

  it('lets options beat the environment', () => {
    const environment = readEnvironment({ OTEL_BSP_MAX_QUEUE_SIZE: '10' });
    const create = (batch: object) =>
      createExportProcessor(new NoopSpanExporter(), { batch }, environment, diagnostics);
    expect(() => create({ maxExportBatchSize: 20 })).toThrow(/maxExportBatchSize/);
    expect(() => create({ maxExportBatchSize: 20, maxQueueSize: 40 })).not.toThrow();
  });
});
