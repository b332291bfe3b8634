import { describe, expect, it } from '@jest/globals';
import { type EnvironmentSettings, readEnvironment } from '../../../lib/assembly/environment.js';
import type { EnvironmentVariables } from '../../../lib/assembly/environment-reader.js';
import { TracingComposition } from '../../../lib/assembly/tracing-composition.js';
import type { TracingSettings } from '../../../lib/assembly/tracing-options.js';
import {
  createViewerProcessor,
  exportsToViewer,
  hasChosenExporter,
  viewerOfEnvironment,
} from '../../../lib/assembly/viewer-processor.js';
import { BatchSpanProcessor, SimpleSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
import { VIEWER_DESTINATION, type ViewerDestination } from '../../../lib/viewer-destination.js';

const VIEWER: ViewerDestination = {
  url: 'http://127.0.0.1:4318/v1/traces',
  headers: {},
  claim: () => async () => {},
};

function environmentOf(variables: EnvironmentVariables): EnvironmentSettings {
  return readEnvironment(new Diagnostics({ warn() {} }), variables);
}

function compose(variables: EnvironmentVariables, settings: TracingSettings = {}) {
  const lines: string[] = [];
  const diagnostics = new Diagnostics({ warn: (line) => lines.push(line) });
  return {
    composition: new TracingComposition(settings, environmentOf(variables), diagnostics),
    lines,
  };
}

describe('an application with a viewer', () => {
  it('sends its spans there, and prints none', () => {
    const { composition } = compose({});
    const exporter = composition.defaultExporter(false, VIEWER);
    expect(exporter).toBeUndefined();
    const processors = composition.spanProcessors(exporter, [], VIEWER);
    expect(processors.map((processor) => processor instanceof BatchSpanProcessor)).toEqual([true]);
  });

  it('prints its spans without one', () => {
    const { composition } = compose({});
    expect(composition.defaultExporter(false)).toBeDefined();
  });

  it.each<EnvironmentVariables>([
    { OTEL_TRACES_EXPORTER: 'console' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
  ])('sends them also to the exporter that the environment names: %j', (variables) => {
    const { composition } = compose(variables);
    const exporter = composition.defaultExporter(false, VIEWER);
    expect(exporter).toBeDefined();
    expect(composition.spanProcessors(exporter, [], VIEWER)).toHaveLength(2);
  });

  it('sends them also to the exporter and the processors of the options', () => {
    const { composition } = compose({});
    const exporter = new InMemorySpanExporter();
    const own = new SimpleSpanProcessor(new InMemorySpanExporter());
    const processors = composition.spanProcessors(exporter, [own], VIEWER);
    expect(processors).toHaveLength(3);
    expect(processors[1]).toBe(own);
    expect(composition.spanProcessors(undefined, [own], VIEWER)).toHaveLength(2);
  });

  it.each(['http://localhost:4318', 'http://127.0.0.1:4318', 'http://[::1]:4318'])(
    'does not send them twice where the environment names the viewer: %s',
    (endpoint) => {
      const { composition } = compose({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
      const exporter = composition.defaultExporter(false, VIEWER);
      expect(exporter).toBeDefined();
      expect(composition.spanProcessors(exporter, [], VIEWER)).toHaveLength(1);
    },
  );

  it('says that the spans of another SDK do not come', () => {
    const tracerProvider = { getTracer: () => ({}) } as never;
    const { composition, lines } = compose({}, { tracerProvider });
    expect(composition.spanProcessors(undefined, [], VIEWER)).toEqual([]);
    expect(lines).toEqual([
      expect.stringContaining('Add an OTLP exporter for http://127.0.0.1:4318/v1/traces'),
    ]);
  });
});

describe('the processor for the viewer', () => {
  it('waits 200 ms for a batch to fill', async () => {
    const processor = createViewerProcessor(VIEWER, 5_000, new Diagnostics({ warn() {} }));
    expect(processor).toBeInstanceOf(BatchSpanProcessor);
    await processor.shutdown();
  });

  it.each<[EnvironmentVariables, boolean, boolean]>([
    [{}, false, false],
    [{ OTEL_TRACES_EXPORTER: 'none' }, true, false],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, true, false],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4319' }, true, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318' }, true, false],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' }, true, true],
  ])('knows what %j means', (variables, isChosen, isViewer) => {
    const environment = environmentOf(variables);
    expect(hasChosenExporter(environment)).toBe(isChosen);
    expect(exportsToViewer(environment, VIEWER)).toBe(isViewer);
  });

  it.each<[EnvironmentVariables, string | undefined]>([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }, 'http://127.0.0.1:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4319' }, undefined],
    [{ OTEL_TRACES_EXPORTER: 'console' }, undefined],
    [{}, undefined],
  ])('knows whether %j leads to the viewer that started the process', (variables, url) => {
    const environment = environmentOf({
      ...variables,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key',
      NESTJS_TRACED_VIEWER: 'http://127.0.0.1:4318',
    });
    const headers = { authorization: 'Bearer key' };
    expect(viewerOfEnvironment(environment)).toEqual(url && { url, headers });
    expect(viewerOfEnvironment({ ...environment, viewerUrl: undefined })).toBeUndefined();
    expect(viewerOfEnvironment({ ...environment, viewerUrl: 'https://localhost:4318' })).toBe(
      undefined,
    );
  });

  it('is found by a token that all copies of the library share', () => {
    expect(VIEWER_DESTINATION).toBe(Symbol.for('nestjs-traced VIEWER_DESTINATION'));
  });
});
