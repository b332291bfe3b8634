import { afterEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type PropagatorNames,
  type TracingOptions,
} from 'nestjs-traced';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { askForCalls, CallingModule } from './calling-application.js';
import { type Receiver, startReceiver, valuesOf } from './receiver.js';
import type { RawHeader } from './w3c-cases.js';

const TRACE_ID = '5759e988bd862e3fe1be46a994272793';
const SPAN_ID = '53995c3f42cd8ad8';
const AMZN_ROOT = `Root=1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)}`;
const SPAN_ID_DECIMAL = String(BigInt(`0x${SPAN_ID}`));
const LOWER_HALF_DECIMAL = String(BigInt(`0x${TRACE_ID.slice(16)}`));

interface Format {
  readonly what: string;
  readonly propagator: PropagatorNames;
  readonly headers: readonly RawHeader[];
  /** Undefined where the first span of the first application is a root span. */
  readonly parentSpanId?: string;
  /** False where the caller has decided against the trace. */
  readonly isSampled?: boolean;
  /** The id of the trace in the second application. */
  readonly traceIdBehind?: string;
}

const FORMATS: readonly Format[] = [
  {
    what: 'X-Cloud-Trace-Context',
    propagator: 'gcp',
    headers: [['X-Cloud-Trace-Context', `${TRACE_ID}/${SPAN_ID_DECIMAL};o=1`]],
    parentSpanId: SPAN_ID,
  },
  {
    what: 'X-Cloud-Trace-Context of a load balancer, which decides nothing',
    propagator: 'gcp',
    headers: [['X-Cloud-Trace-Context', `${TRACE_ID}/${SPAN_ID_DECIMAL}`]],
    parentSpanId: SPAN_ID,
  },
  {
    what: 'X-Cloud-Trace-Context that is read, with W3C behind it',
    propagator: ['tracecontext', 'oneway-gcp'],
    headers: [['X-Cloud-Trace-Context', `${TRACE_ID}/0`]],
  },
  {
    what: 'X-Amzn-Trace-Id of a load balancer',
    propagator: 'xray',
    headers: [['X-Amzn-Trace-Id', `Self=1-67891233-abcdef012345678912345678;${AMZN_ROOT}`]],
  },
  {
    what: 'X-Amzn-Trace-Id of a function with Lineage',
    propagator: 'xray',
    headers: [['X-Amzn-Trace-Id', `${AMZN_ROOT};Parent=${SPAN_ID};Sampled=1;Lineage=1:a87bd80c:0`]],
    parentSpanId: SPAN_ID,
  },
  {
    what: 'X-Amzn-Trace-Id that is not sampled',
    propagator: 'xray',
    headers: [['X-Amzn-Trace-Id', `${AMZN_ROOT};Parent=${SPAN_ID};Sampled=0`]],
    isSampled: false,
  },
  {
    what: 'the headers of Datadog with 128 bits',
    propagator: 'datadog',
    headers: [
      ['x-datadog-trace-id', LOWER_HALF_DECIMAL],
      ['x-datadog-parent-id', SPAN_ID_DECIMAL],
      ['x-datadog-sampling-priority', '2'],
      ['x-datadog-tags', `_dd.p.dm=-4,_dd.p.tid=${TRACE_ID.slice(0, 16)}`],
    ],
    parentSpanId: SPAN_ID,
  },
  {
    what: 'the headers of OpenTracing',
    propagator: 'ottrace',
    headers: [
      ['ot-tracer-traceid', TRACE_ID],
      ['ot-tracer-spanid', SPAN_ID],
      ['ot-tracer-sampled', 'true'],
      ['ot-baggage-tenant', 'acme, inc.'],
    ],
    parentSpanId: SPAN_ID,
    traceIdBehind: `${'0'.repeat(16)}${TRACE_ID.slice(16)}`,
  },
];

describe.each(PLATFORMS)('two applications on $name', (platform) => {
  const started: (StartedApplication | Receiver)[] = [];

  afterEach(async () => {
    for (const it of started.splice(0)) {
      if ('application' in it) {
        await it.application.close();
        expect(it.warnings).toEqual([]);
      } else await it.close();
    }
  });

  async function start(tracing: TracingOptions) {
    const app = await startApplication(platform, { tracing, module: CallingModule.with });
    started.push(app);
    return app;
  }

  async function startPair(tracing: TracingOptions) {
    const receiver = await startReceiver();
    started.push(receiver);
    const [first, second] = [await start(tracing), await start(tracing)];
    return { first, second, receiver };
  }

  it.each(FORMATS)('continue the trace of $what', async (format) => {
    const { first, second } = await startPair({ propagator: format.propagator });
    await askForCalls(first.port, [`${second.url}/calls/fetch`], format.headers, 'fetch');
    if (format.isSampled === false) {
      expect([...first.recorder.spans, ...second.recorder.spans]).toEqual([]);
      return;
    }
    const spans = await first.recorder.takeNextTrace();
    const [server, client] = [SpanKind.SERVER, SpanKind.CLIENT].map((kind) =>
      spans.find((span) => span.kind === kind),
    );
    expect(server?.spanContext().traceId).toBe(TRACE_ID);
    expect(server?.parentSpanContext?.spanId).toBe(format.parentSpanId);
    const [behind] = await second.recorder.takeNextTrace();
    expect(behind?.kind).toBe(SpanKind.SERVER);
    expect(behind?.spanContext().traceId).toBe(format.traceIdBehind ?? TRACE_ID);
    expect(behind?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
  });

  it('send the baggage of OpenTracing on', async () => {
    const { first, receiver } = await startPair({ propagator: 'ottrace' });
    await askForCalls(first.port, [receiver.url], [['OT-Baggage-tenant', 'acme, é']], 'fetch');
    const [headers = []] = receiver.takeHeaders();
    expect(valuesOf(headers, 'ot-baggage-tenant')).toEqual(['acme, %C3%83%C2%A9']);
    first.recorder.reset();
  });

  it('decide themselves about continued traces, with resample', async () => {
    const http = { server: { incomingContext: 'resample' as const } };
    const traceparent = (flags: string): RawHeader => [
      'traceparent',
      `00-${TRACE_ID}-${SPAN_ID}-${flags}`,
    ];
    const off = await startPair({
      http,
      sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    });
    await askForCalls(off.first.port, [off.receiver.url], [traceparent('01')], 'fetch');
    const [unsampled = []] = off.receiver.takeHeaders();
    expect(valuesOf(unsampled, 'traceparent')).toEqual([
      expect.stringMatching(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`)),
    ]);
    expect(off.first.recorder.spans).toEqual([]);

    const on = await startPair({
      http,
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    });
    await askForCalls(on.first.port, [on.receiver.url], [traceparent('00')], 'fetch');
    const [sampled = []] = on.receiver.takeHeaders();
    expect(valuesOf(sampled, 'traceparent')).toEqual([
      expect.stringMatching(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`)),
    ]);
    const spans = await on.first.recorder.takeNextTrace();
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.parentSpanContext?.spanId).toBe(SPAN_ID);
  });
});
