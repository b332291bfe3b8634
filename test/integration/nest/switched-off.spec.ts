import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GrpcMethod } from '@nestjs/microservices';
import { context, propagation } from '@opentelemetry/api';
import {
  carrierGetter,
  carrierSetter,
  type TracingOptions,
  W3CTraceContextPropagator,
} from 'nestjs-traced';
import { testTracingOptions } from 'nestjs-traced/testing';
import { lastValueFrom } from 'rxjs';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { startApplication } from '../../../lib/testing/contracts/http-server/start-application.js';
import { Tracer } from '../../../lib/trace/index.js';
import { type Order, OrdersController } from '../grpc/application/orders.controller.js';
import { nextTrace, plainClient, startClient, startShop } from '../grpc/application/start-shop.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { askForCalls, CallingModule } from '../propagation/calling-application.js';
import { startReceiver, valuesOf } from '../propagation/receiver.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  delete process.env.OTEL_SDK_DISABLED;
  delete process.env.OTEL_PROPAGATORS;
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Both ways to switch tracing off; `enabled: undefined` leaves it to the environment. */
const WAYS: [string, () => TracingOptions][] = [
  ['enabled: false', () => ({ enabled: false })],
  [
    'OTEL_SDK_DISABLED',
    () => {
      process.env.OTEL_SDK_DISABLED = 'true';
      return { enabled: undefined };
    },
  ],
];

describe.each(PLATFORMS)('an application on $name', (platform) => {
  describe.each(WAYS)('that is switched off by %s', (_, switchOff) => {
    /** What the application's own call carries, asked for by a request with these headers. */
    async function headersSentFor(
      headers: readonly [string, string][],
      tracing: TracingOptions = {},
    ): Promise<string[]> {
      const receiver = await startReceiver();
      cleanups.push(() => receiver.close());
      const app = await startApplication(platform, {
        tracing: { ...switchOff(), ...tracing },
        module: CallingModule.with,
      });
      cleanups.push(() => app.application.close());
      expect(await askForCalls(app.port, [receiver.url], headers)).toBe(201);
      const [sent = []] = receiver.takeHeaders();
      expect(app.recorder.spans).toEqual([]);
      expect(app.recorder.openSpans).toEqual([]);
      expect(app.warnings).toEqual([]);
      return sent;
    }

    it.each(['00', '01'])('passes the context of a caller with flags %s on', async (flags) => {
      const traceparent = `00-${TRACE_ID}-${SPAN_ID}-${flags}`;
      const sent = await headersSentFor([
        ['traceparent', traceparent],
        ['tracestate', 'vendor=a,ot=th:8'],
        ['baggage', 'tenant=acme'],
      ]);
      expect(valuesOf(sent, 'traceparent')).toEqual([traceparent]);
      expect(valuesOf(sent, 'tracestate')).toEqual(['vendor=a,ot=th:8']);
      expect(valuesOf(sent, 'baggage')).toEqual(['tenant=acme']);
    });

    it('begins no trace where the caller has none', async () => {
      const sent = await headersSentFor([['baggage', 'tenant=acme']]);
      expect(valuesOf(sent, 'traceparent')).toEqual([]);
      expect(valuesOf(sent, 'baggage')).toEqual(['tenant=acme']);
    });

    it.each([
      ['a decision', `${TRACE_ID}-${SPAN_ID}-1`],
      ['no decision', `${TRACE_ID}-${SPAN_ID}`],
      ['debug', `${TRACE_ID}-${SPAN_ID}-d`],
      ['a decision without ids', '0'],
    ])('passes B3 with %s on, where OTEL_PROPAGATORS says so', async (_case, b3) => {
      process.env.OTEL_PROPAGATORS = 'b3';
      const sent = await headersSentFor([['b3', b3]], { propagator: undefined });
      expect(valuesOf(sent, 'b3')).toEqual([b3]);
    });
  });
});

describe.each(WAYS)('an application with gRPC that is switched off by %s', (_, switchOff) => {
  const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

  it('passes the context of a call on to what its handler calls', async () => {
    class RelayingController extends OrdersController {
      @GrpcMethod('Orders', 'Find')
      override async find(): Promise<Order> {
        const carrier: { traceparent?: string } = {};
        const propagator = new W3CTraceContextPropagator();
        propagator.inject(contextStorage.active(), carrier, carrierSetter);
        return { id: carrier.traceparent ?? 'none' };
      }
    }
    const { options, recorder } = testTracingOptions(switchOff());
    const { address, server } = await startShop(options, {}, undefined, [RelayingController]);
    cleanups.push(() => server.close());
    const client = plainClient(address);
    cleanups.push(() => client.close());
    const metadata = new grpc.Metadata();
    metadata.set('traceparent', TRACEPARENT);
    const answer = await new Promise((resolve, reject) => {
      client.find?.({ id: '7' }, metadata, (error: Error | null, found: unknown) =>
        error === null ? resolve(found) : reject(error),
      );
    });
    expect(answer).toMatchObject({ id: TRACEPARENT });
    expect(recorder.spans).toEqual([]);
  });

  it('sends the context that it has with its own calls', async () => {
    const called = testTracingOptions();
    const { address, server } = await startShop(called.options);
    cleanups.push(() => server.close());
    const { options, recorder } = testTracingOptions(switchOff());
    const { client, orders } = await startClient(options, address);
    cleanups.push(() => client.close());
    const { propagator } = client.get(Tracer);
    const extracted = propagator.extract(
      TracingContext.ROOT,
      { traceparent: TRACEPARENT },
      carrierGetter,
    );
    await contextStorage.with(extracted, () => lastValueFrom(orders.find({ id: '7' })));
    expect(await nextTrace(called.recorder, 2, [])).toBe(
      'shop.Orders/Find [server, remote parent]\n  load',
    );
    expect(called.recorder.spans[0]?.spanContext().traceId).toBe(TRACE_ID);
    expect(recorder.spans).toEqual([]);
  });
});

describe.each(WAYS)('libraries in an application that is switched off by %s', (_, switchOff) => {
  it('pass contexts on through @opentelemetry/api', async () => {
    const [platform] = PLATFORMS;
    if (platform === undefined) throw new Error('There is no platform.');
    const { application } = await startApplication(platform, {
      tracing: { ...switchOff(), registerGlobally: true },
    });
    cleanups.push(() => application.close());
    const traceparent = `00-${TRACE_ID}-${SPAN_ID}-01`;
    const sent: Record<string, string> = {};
    context.with(propagation.extract(context.active(), { traceparent }), () =>
      propagation.inject(context.active(), sent),
    );
    expect(sent).toEqual({ traceparent });
  });
});
