import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { propagation, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ProbabilitySampler,
  SamplingDecision,
} from 'nestjs-traced';
import {
  createTestTracing,
  type TestTracing,
  type TestTracingOptions,
} from 'nestjs-traced/testing';
import {
  describeContract,
  propagatorContract,
  samplerContract,
  spanExporterContract,
} from 'nestjs-traced/testing/contracts';
import { blocksOf } from '../../architecture/pages.js';
import { type LoopbackServer, serversOfTest } from '../../support/loopback-server.js';
import { ColonPropagator } from './contributing/colon-propagator.js';
import { LinesExporter } from './contributing/lines-exporter.js';
import { Mailbox } from './contributing/mailbox-transport.js';
import { TenantSampler } from './contributing/tenant-sampler.js';
import { type Shelf, tracedShelf } from './contributing/traced-shelf.js';
import { ROOT } from './repository-copy.js';

const EXAMPLES = [
  'tenant-sampler.ts',
  'colon-propagator.ts',
  'lines-exporter.ts',
  'mailbox-transport.ts',
  'traced-shelf.ts',
];

const startServer = serversOfTest();
const open: TestTracing[] = [];

function startTracing(options?: TestTracingOptions): TestTracing {
  const tracing = createTestTracing(options);
  open.push(tracing);
  return tracing;
}

afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

describe('lib/contributing.md', () => {
  it.each(EXAMPLES)('shows %s whole', (name) => {
    const page = readFileSync(join(ROOT, 'lib/contributing.md'), 'utf8');
    const example = readFileSync(join(ROOT, 'test/integration/sample/contributing', name), 'utf8');
    expect(blocksOf(page, 'ts')).toContain(example);
  });
});

describe('the sampler of the page', () => {
  const samplers = new Map([['acme', new AlwaysOnSampler()]]);
  const create = () => new TenantSampler(samplers, new AlwaysOffSampler());

  const cases = samplerContract({
    name: 'TenantSampler',
    create: () => new TenantSampler(new Map(), new ProbabilitySampler(0.5)),
  });
  describeContract('TenantSampler', cases, { describe, it });

  it.each([
    ['acme', SamplingDecision.RECORD_AND_SAMPLED],
    ['other', SamplingDecision.NOT_RECORD],
  ])('decides by the tenant %s', (tenant, decision) => {
    const baggage = propagation.createBaggage({ tenant: { value: tenant } });
    const context = propagation.setBaggage(ROOT_CONTEXT, baggage);
    const result = create().shouldSample(context, '1'.repeat(32), 'GET', SpanKind.SERVER, {}, []);
    expect(result.decision).toBe(decision);
  });

  it('describes itself', () => {
    expect(String(create())).toBe('TenantSampler{acme:AlwaysOnSampler,others:AlwaysOffSampler}');
  });
});

describe('the propagator of the page', () => {
  const cases = propagatorContract({
    name: 'ColonPropagator',
    create: () => new ColonPropagator(),
    cannot: { carryBaggage: 'the format has no place for it' },
    samples: [`${'1'.repeat(32)}:${'2'.repeat(16)}:1`],
  });
  describeContract('ColonPropagator', cases, { describe, it });
});

describe('the exporter of the page', () => {
  const namesOf = (bodies: readonly string[]): string[] =>
    bodies.flatMap((body) => body.trimEnd().split('\n')).map((line) => JSON.parse(line).name);

  const cases = spanExporterContract({
    name: 'LinesExporter',
    create: async () => {
      const bodies: string[] = [];
      const server = await startReceiver(bodies);
      return { exporter: new LinesExporter(server.url), deliveredNames: () => namesOf(bodies) };
    },
    createFailing: async () => {
      const { url } = await startServer((_, response) => void response.writeHead(503).end());
      return { exporter: new LinesExporter(url) };
    },
  });
  describeContract('LinesExporter', cases, { describe, it });

  function startReceiver(bodies: string[]): Promise<LoopbackServer> {
    return startServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      bodies.push(Buffer.concat(chunks).toString());
      response.end();
    });
  }
});

describe('the transport of the page', () => {
  it('makes the receiver a child of the sender', async () => {
    const { tracer, recorder } = startTracing({ registerGlobally: true });
    const mailbox = new Mailbox(tracer, 'letters');
    mailbox.send('hello');
    const texts: string[] = [];
    await mailbox.read(async (text) => void texts.push(text));

    expect(texts).toEqual(['hello']);
    const [sent, received] = recorder.takeTrace();
    expect(sent).toMatchObject({ name: 'send letters', kind: SpanKind.PRODUCER });
    expect(received).toMatchObject({ name: 'process letters', kind: SpanKind.CONSUMER });
    expect(received?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
  });
});

describe('the data store of the page', () => {
  const shelf: Shelf = {
    get: async (key) => (key === 'a' ? '1' : undefined),
    set: async () => {
      throw new Error('the shelf is full');
    },
  };

  it('has spans with the name and the server, and no keys or values', async () => {
    const { tracer, recorder } = startTracing();
    const traced = tracedShelf(shelf, 'shelf.local');
    await expect(tracer.trace('work', () => traced.get('a'))).resolves.toBe('1');

    const span = recorder.takeTrace().find(({ kind }) => kind === SpanKind.CLIENT);
    expect(span).toMatchObject({
      name: 'GET',
      attributes: { 'db.system.name': 'shelf', 'server.address': 'shelf.local' },
    });
    expect(JSON.stringify(span?.attributes)).not.toContain('"a"');
  });

  it('records failures and passes them on', async () => {
    const { recorder } = startTracing();
    await expect(tracedShelf(shelf, 'shelf.local').set('a', '2')).rejects.toThrow('is full');
    expect(recorder.takeSpan('SET')).toMatchObject({ attributes: { 'error.type': 'Error' } });
  });

  it('costs nothing without a running application', async () => {
    await expect(tracedShelf(shelf, 'shelf.local').get('b')).resolves.toBeUndefined();
  });
});
