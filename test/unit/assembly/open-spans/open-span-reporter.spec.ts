import { afterEach, describe, expect, it } from '@jest/globals';
import { OpenSpanReporter } from '../../../../lib/assembly/open-spans/open-span-reporter.js';
import { SpansInFlight } from '../../../../lib/assembly/spans-in-flight.js';
import { Redactor, SpanProcessors } from '../../../../lib/delivery/index.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { SamplingDecision } from '../../../../lib/sampling/sampler.js';
import { createResource } from '../../../../lib/trace/index.js';
import { skimSpans } from '../../../../lib/viewer/otlp/skim-spans.js';
import { serversOfTest } from '../../../support/loopback-server.js';
import { providerFor } from '../../../support/span-source.js';
import { until } from '../../../support/until.js';
import { type TestViewer, viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const startServer = serversOfTest();
const chains: SpanProcessors[] = [];
afterEach(async () => {
  for (const chain of chains.splice(0)) await chain.shutdown();
});

function reporting(
  { port }: Pick<TestViewer, 'port'>,
  decision: SamplingDecision = SamplingDecision.RECORD_AND_SAMPLED,
) {
  const lines: string[] = [];
  const diagnostics = new Diagnostics({ warn: (line) => lines.push(line) });
  const inFlight = new SpansInFlight({}, diagnostics, false);
  const reporter = new OpenSpanReporter({
    viewer: { url: `http://127.0.0.1:${port}/v1/traces`, headers: {} },
    inFlight,
    resource: createResource({ serviceName: 'orders' }),
    redactor: new Redactor(),
    diagnostics,
  });
  const chain = new SpanProcessors([inFlight, reporter], diagnostics);
  chains.push(chain);
  return { tracer: providerFor(chain, decision).tracer, inFlight, chain, lines };
}

async function untilRunning({ store }: TestViewer, count = 1): Promise<void> {
  await until(
    () => store.counts().running === count,
    () => store.counts(),
  );
}

describe('OpenSpanReporter', () => {
  it('reports a span that is open for some time, and then that it is still open', async () => {
    const viewer = await startViewer();
    const { tracer } = reporting(viewer);
    const span = tracer.startSpan('GET', { attributes: { password: 'secret' } });
    const { traceId } = span.spanContext();
    await untilRunning(viewer);
    const entry = viewer.store.get(traceId);
    expect(entry?.read(0)).toMatchObject({ name: 'GET', attributes: { password: 'REDACTED' } });
    const heard = entry?.lastHeardMillis as number;
    await until(
      () => (entry?.lastHeardMillis as number) > heard,
      () => viewer.store.counts(),
    );
    expect(viewer.store.counts().spans).toMatchObject({ received: 1, stored: 1 });
    expect(viewer.server.counts().requests.unreadable).toBe(0);
    span.end();
  });

  it('sends nothing of spans that end soon', async () => {
    const viewer = await startViewer();
    const { tracer, inFlight } = reporting(viewer);
    tracer.startSpan('quick').end();
    const slow = tracer.startSpan('slow');
    await untilRunning(viewer);
    expect(viewer.store.counts().spans.received).toBe(1);
    slow.end();
    expect(inFlight.size).toBe(0);
  });

  it('says once that no span is open any more', async () => {
    const spanCounts: number[] = [];
    const server = await startServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { spanCount } = skimSpans(Buffer.concat(chunks), { receive() {} });
        spanCounts.push(spanCount);
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    const { tracer } = reporting(server);
    const span = tracer.startSpan('GET');
    await until(
      () => spanCounts.length === 1,
      () => spanCounts,
    );
    span.end();
    await until(
      () => spanCounts.length === 2,
      () => spanCounts,
    );
    tracer.startSpan('next');
    await until(
      () => spanCounts.length === 3,
      () => spanCounts,
    );
    expect(spanCounts).toEqual([1, 0, 1]);
  });

  it('sends spans again to a viewer that does not know them', async () => {
    const viewer = await startViewer();
    const { tracer } = reporting(viewer);
    const span = tracer.startSpan('GET');
    await untilRunning(viewer);
    await viewer.server.close();
    const next = await startViewer({ port: viewer.port });
    await untilRunning(next);
    expect(next.store.get(span.spanContext().traceId)?.nameOf(0)).toBe('GET');
    span.end();
  });

  it('leaves out spans that are not sampled', async () => {
    const viewer = await startViewer();
    const unsampled = reporting(viewer, SamplingDecision.RECORD).tracer.startSpan('unsampled');
    const sampled = reporting(viewer).tracer.startSpan('sampled');
    await untilRunning(viewer);
    expect([...viewer.store.entries()].map((entry) => entry.nameOf(0))).toEqual(['sampled']);
    unsampled.end();
    sampled.end();
  });

  it('reports the oldest spans only where there are many, and says so once', async () => {
    const viewer = await startViewer();
    const { tracer, lines } = reporting(viewer);
    const spans = Array.from({ length: 1_100 }, (_, i) => tracer.startSpan(`span ${i}`));
    await untilRunning(viewer, 1_000);
    for (const span of spans) span.end();
    expect(lines).toEqual([expect.stringContaining('More than 1000 spans are open')]);
  });

  it('reports nothing after its shutdown', async () => {
    const viewer = await startViewer();
    const { tracer, chain } = reporting(viewer);
    const span = tracer.startSpan('GET');
    await chain.shutdown();
    const other = reporting(viewer).tracer.startSpan('other');
    await untilRunning(viewer);
    expect([...viewer.store.entries()].map((entry) => entry.nameOf(0))).toEqual(['other']);
    span.end();
    other.end();
  });

  it('goes on without a viewer', async () => {
    const viewer = await startViewer();
    await viewer.server.close();
    const { tracer, lines } = reporting(viewer);
    const span = tracer.startSpan('GET');
    const next = await startViewer();
    const other = reporting(next).tracer.startSpan('other');
    await untilRunning(next);
    expect(lines).toEqual([]);
    span.end();
    other.end();
  });
});
