import { afterEach, describe, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { TracingOptions } from 'nestjs-traced';
import { SpanRecorder, type TestTracingSetup, traceAsText } from 'nestjs-traced/testing';
import type { Platform } from '../../../lib/testing/contracts/http-server/start-application.js';
import { until } from '../../support/until.js';
import { type Orders, SERVERS, startOrders } from '../graphql/application/start-orders.js';
import { SubscriptionClient } from '../graphql/application/subscription-client.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { CLIENT_KINDS } from '../websocket/application/clients.js';
import { type Chat, startChat } from '../websocket/application/start-chat.js';

let recorder: SpanRecorder;
let application: Orders['application'];

/** Registers OpenTelemetry's SDK, and creates the options of an application that starts after it. */
function optionsAfterSdk(
  others: TracingOptions,
): Pick<TestTracingSetup, 'options' | 'recorder' | 'warnings'> {
  recorder = new SpanRecorder();
  // The recorder reads the members that the spans of both libraries have.
  new NodeTracerProvider({ spanProcessors: [recorder as never] }).register();
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const tracerProvider = trace.getTracerProvider();
  return { options: { tracerProvider, logger, ...others }, recorder, warnings };
}

afterEach(async () => {
  await application?.close();
  recorder.verify();
  for (const api of [trace, context, propagation]) api.disable();
});

const next = async (): Promise<string> =>
  traceAsText(await recorder.takeNextTrace(), { attributes: false, events: true, links: true });

/** The SDK reads the time of its own spans from another clock, which decides about the order of siblings. */
const sorted = (text: string): string[] => text.split('\n').sort();

/** What another library does with the API: it must find the active span, and be below it. */
function otherLibrary(): void {
  trace.getTracer('other').startActiveSpan('other library', (span) => span.end());
}

const [express] = PLATFORMS;
if (express === undefined) throw new Error('There is no platform.');
const CALLER = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

describe.each(CLIENT_KINDS.map((kind) => [kind.name, kind] as const))(
  'messages of %s, with another SDK that was registered first',
  (_, kind) => {
    async function start(): Promise<Chat> {
      const http = { server: { ignore: [/^\/socket\.io\//] }, client: false as const };
      const chat = await startChat(
        express as Platform,
        kind.adapter,
        {},
        { http },
        undefined,
        optionsAfterSdk,
      );
      application = chat.application;
      return chat;
    }

    it('are the same as without it', async () => {
      const chat = await start();
      const client = await kind.connect(chat.url, CALLER);
      chat.gateway.onSay = otherLibrary;
      await client.ask('say');
      expect(sorted(await next())).toEqual([
        '  load',
        '  other library',
        'message say [server] (link to elsewhere)',
      ]);
      client.send('broken');
      expect(await next()).toBe(
        'message broken [server] ERROR "out of order" exception TypeError (link to elsewhere)',
      );
      await client.ask('shared');
      chat.gateway.news.error(new RangeError('lost'));
      expect(await next()).toBe(
        'message shared [server] ERROR "lost" exception RangeError (link to elsewhere)',
      );
      await client.ask('forever');
      client.vanish();
      expect(await next()).toBe(
        'message forever [server] (event unsubscribed) (link to elsewhere)',
      );
      expect(chat.warnings).toEqual([]);
    });
  },
);

describe.each(SERVERS.map((server) => [server.name, server] as const))(
  'operations of %s, with another SDK that was registered first',
  (_, server) => {
    it('are the same as without it', async () => {
      const orders = await startOrders(
        server,
        { resolverSpans: true },
        { http: { client: false } },
        {},
        optionsAfterSdk,
      );
      application = orders.application;
      orders.resolver.onOrder = otherLibrary;
      await orders.ask('query OrderById { order(id: "7") { id } }');
      expect(sorted(await next())).toEqual([
        '      SELECT orders',
        '      other library',
        '    Query.order',
        '  query OrderById',
        'POST /graphql query OrderById [server]',
      ]);
      await orders.ask('query Broken { broken { id } }');
      expect(await next()).toBe(
        'POST /graphql query Broken [server]\n  query Broken ERROR "out of order"\n' +
          '    Query.broken ERROR "out of order" exception TypeError',
      );
      await orders.ask('query Wrong { unknown }');
      expect(await next()).toMatch(/^POST \/graphql \[server\]\n {2}graphql exception/);
      const client = await SubscriptionClient.connect(orders.url, { headers: CALLER });
      client.subscribe('subscription OrderPlaced { orderPlaced { id related { id } } }');
      const { placed } = orders.resolver;
      await until(
        () => placed.listenerCount === 1,
        () => client.received,
      );
      placed.publish({ orderPlaced: { id: '1' } });
      await client.receive(2);
      client.socket.terminate();
      const text = await next();
      expect(text).toMatch(/^subscription OrderPlaced \[server\].* \(link to elsewhere\)\n/);
      expect(text.split('\n').slice(1)).toEqual([
        '  subscribe to orders',
        '  Order.related',
        '    SELECT related',
      ]);
      expect(orders.warnings).toEqual([]);
    });
  },
);
