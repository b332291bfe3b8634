import { afterEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import type { Tracing } from '../../../lib/assembly/tracing.js';
import { TracingComposition } from '../../../lib/assembly/tracing-composition.js';
import type { StandaloneTracingOptions } from '../../../lib/assembly/tracing-options.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
import { TracingModule } from '../../../lib/nest/index.js';
import { CompositePropagator } from '../../../lib/propagation/index.js';
import { AlwaysOnSampler } from '../../../lib/sampling/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { SystemClock, Tracer } from '../../../lib/trace/index.js';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface World {
  readonly name: string;
  /** Starts a tracing with these options, and hands out its tracer. */
  start(options: StandaloneTracingOptions): Promise<Tracer>;
}

/** Everything that starts a tracing. */
const WORLDS: readonly World[] = [
  {
    name: 'createTracing',
    async start(options) {
      const tracing = createTracing({ registerGlobally: false, ...options });
      cleanups.push(() => tracing.shutdown());
      return tracing.tracer;
    },
  },
  {
    name: 'TracingModule',
    async start(options) {
      const imports = [TracingModule.forRoot({ registerGlobally: false, ...options })];
      const module = await Test.createTestingModule({ imports }).compile();
      cleanups.push(() => module.close());
      return module.get(Tracer);
    },
  },
  {
    name: 'createTestTracing',
    async start(options) {
      const { tracer, recorder, close } = createTestTracing({
        clock: new SystemClock(),
        ...options,
      });
      cleanups.push(close, () => recorder.reset());
      return tracer;
    },
  },
];

describe.each(WORLDS)('a tracing of $name', ({ start }) => {
  it('copies baggage, redacts and cuts what it exports', async () => {
    const exporter = new InMemorySpanExporter();
    const tracer = await start({
      exporter,
      baggage: { spanAttributes: ['tenant'] },
      spanLimits: { attributeValueLengthLimit: 4 },
      resourceAttributes: { 'deploy.token': 'secret', region: 'eu' },
    });
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    const context = propagation.setBaggage(ROOT_CONTEXT, baggage);
    const attributes = { password: 'secret', route: '/orders' };
    tracer.startSpan('work', { attributes }, context).end();
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes).toEqual({ password: 'REDACTED', route: '/ord', tenant: 'acme' });
    expect(span?.resource.attributes).toMatchObject({ 'deploy.token': 'REDACTED', region: 'eu' });
  });

  it('takes propagators by name, and guards one that throws', async () => {
    const named = await start({ propagator: ['b3', 'baggage'] });
    expect(named.propagator.fields()).toEqual(['b3', 'baggage']);
    const fail = (): never => {
      throw new Error('broken');
    };
    const guarded = await start({
      propagator: { inject: fail, extract: fail, fields: () => [] },
      logger: { warn() {} },
    });
    expect(guarded.propagator).toBeInstanceOf(CompositePropagator);
    expect(() => guarded.propagator.inject(ROOT_CONTEXT, {}, { set() {} })).not.toThrow();
  });

  it('decides behind the trace where tailSampling is set', async () => {
    const exporter = new InMemorySpanExporter();
    const tailSampling = { ratio: 0, slowerThanMillis: Number.POSITIVE_INFINITY };
    const tracer = await start({ exporter, tailSampling });
    tracer.trace('good', () => undefined);
    tracer.trace('bad', (span) => void span.recordError(new Error('out of stock')));
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['bad']);
  });

  it.each<[string, StandaloneTracingOptions]>([
    ['sampler', { sampler: {} as AlwaysOnSampler }],
    ['propagator', { propagator: 'b4' as 'b3' }],
    ['exporter', { exporter: {} as InMemorySpanExporter }],
    ['spanProcessors', { spanProcessors: {} as [] }],
    ['idGenerator', { idGenerator: {} as never }],
    ['clock', { clock: {} as never }],
    ['serviceName', { serviceName: '' }],
    ['spanLimits.linkCountLimit', { spanLimits: { linkCountLimit: -1 } }],
    ['redaction', { redaction: 'on' as never }],
    ['inFlight.warnAfterMillis', { inFlight: { warnAfterMillis: 0 } }],
    ['shutdownTimeoutMillis', { shutdownTimeoutMillis: -1 }],
    ['TailSamplingProcessor.ratio', { tailSampling: { ratio: 2 } }],
    ['BatchSpanProcessor.maxQueueSize', { batch: { maxQueueSize: 0 }, exporter: deaf() }],
    ['http.client.knownMethods', { http: { client: { knownMethods: [] } } }],
    ['database.maxQueryTextLength', { database: { maxQueryTextLength: 0 } }],
    ['grpc.client.ignore[0]', { grpc: { client: { ignore: [7 as never] } } }],
    ['grpc.server.ignore[0]', { grpc: { server: { ignore: [7 as never] } } }],
  ])('does not start with a wrong %s', async (named, options) => {
    const starting = (async () => start({ exporter: new InMemorySpanExporter(), ...options }))();
    await expect(starting).rejects.toThrow(TracingConfigError);
    await expect(starting).rejects.toThrow(`${named} must`);
  });
});

describe('TracingComposition', () => {
  function compose(options: StandaloneTracingOptions, variables = {}): Tracing {
    const diagnostics = new Diagnostics({ warn() {} });
    const environment = readEnvironment(diagnostics, variables);
    const settings = { registerGlobally: false, ...options };
    const composition = new TracingComposition(settings, environment, diagnostics);
    const tracing = composition.composeStandalone(settings);
    cleanups.push(() => tracing.shutdown());
    return tracing;
  }

  it('makes an exporter only where nothing else takes the spans', () => {
    const variables = { OTEL_TRACES_EXPORTER: 'console' };
    expect(compose({}, variables).spanProcessors).toHaveLength(1);
    expect(compose({ spanProcessors: [] }, variables)).toMatchObject({
      exporter: undefined,
      spanProcessors: [],
    });
  });

  it('takes what is given before the environment, and the environment before defaults', () => {
    const variables = { OTEL_TRACES_SAMPLER: 'always_off', OTEL_PROPAGATORS: 'b3' };
    expect(String(compose({}).sampler)).toMatch(/^ParentBased/);
    expect(String(compose({}, variables).sampler)).toBe('AlwaysOffSampler');
    expect(String(compose({ sampler: new AlwaysOnSampler() }, variables).sampler)).toBe(
      'AlwaysOnSampler',
    );
    expect(compose({}, variables).propagator.fields()).toEqual(['b3']);
    expect(compose({ propagator: 'baggage' }, variables).propagator.fields()).toEqual(['baggage']);
  });
});

/** An exporter that is fed in batches. */
function deaf() {
  return { export() {}, shutdown: async () => {} };
}
