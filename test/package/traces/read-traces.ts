import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import {
  Controller,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  Param,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SpanAttribute, Traced, TracingModule } from 'nestjs-traced';
import { dedent, SpanRecorder, TracingTestingModule } from 'nestjs-traced/testing';
import { createAdapter } from '../create-adapter.js';
import { afterAll, beforeAll, expect, it } from './runner.js';

@Injectable()
class OrdersService {
  @Traced()
  async find(@SpanAttribute('order.id') id: string): Promise<object> {
    return { id };
  }
}

@Controller('orders')
class OrdersController {
  constructor(@Inject(OrdersService) private readonly orders: OrdersService) {}

  @Get(':id')
  find(@Param('id') id: string): Promise<object> {
    return this.orders.find(id);
  }
}

@Module({
  imports: [TracingModule.forRoot(), TracingTestingModule.forApplication()],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class AppModule {}

let app: INestApplication;
let recorder: SpanRecorder;
let url: string;

beforeAll(async () => {
  app = await NestFactory.create(AppModule, createAdapter(), { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/orders`;
  recorder = app.get(SpanRecorder);
});

afterAll(() => app.close());

/** The message of an assertion that must fail, without colors. */
function failureOf(assertion: () => unknown): string {
  try {
    assertion();
  } catch (error) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: It is how terminals mark colors.
    return (error as Error).message.replace(/\u001b\[\d+m/g, '');
  }
  throw new Error('The assertion did not fail.');
}

async function get(id: string): Promise<void> {
  await (await fetch(`${url}/${id}`)).text();
  await recorder.waitForTrace({ spanCount: 2 });
}

it('compares a trace with a text', async () => {
  await get('42');
  expect(
    failureOf(() => expect(recorder).toMatchTrace('GET /orders/:id [server]\n  OrdersService.get')),
  ).toBe(dedent`
    expect(recorder).toMatchTrace(trace)

    - Expected
    + Received

      GET /orders/:id [server]
    -   OrdersService.get
    +   OrdersService.find

    Received:
      GET /orders/:id [server]
        OrdersService.find
  `);
  expect(recorder).toMatchTrace(`
    GET /orders/:id [server] http.response.status_code=200 server.port=*
      OrdersService.find order.id="42"
  `);
});

it('finds a span', async () => {
  await get('7');
  const { spans } = recorder;
  const wrong = { name: 'OrdersService.find', attributes: { 'order.di': expect.any(String) } };
  expect(failureOf(() => expect(spans.slice(0, 1)).toHaveSpan(wrong))).toMatch(
    /^expect\(spans\)\.toHaveSpan\(expected\)\n\nExpected a span: \{name: "OrdersService\.find", attributes: \{"order\.di": Any<String>\}\}\nClosest: OrdersService\.find order\.id="7"\n {2}the attribute order\.di is missing\. Did you mean "order\.id"\?\n\nRecorded:\n {2}GET \/orders\/:id \[server\] .*\n {4}OrdersService\.find order\.id="7"$/,
  );
  expect(failureOf(() => expect(recorder).not.toHaveSpan(/find$/))).toContain(
    'expect(recorder).not.toHaveSpan(expected)\n\nExpected no span: /find$/\nFound: OrdersService.find order.id="7"\n\nRecorded:\n  GET',
  );
  expect(recorder).toHaveSpan({
    name: 'OrdersService.find',
    attributes: { 'order.id': expect.stringMatching(/^\d$/) },
  });
  expect(recorder).toHaveSpan({ kind: 'server', parent: null });
  expect(recorder).not.toHaveSpan('OrdersService.get');
});

it('knows the end and the trace of a span', async () => {
  await get('1');
  const [find, request] = recorder.takeSpans();
  await get('2');
  const trace = await recorder.takeNextTrace();
  expect(recorder).toHaveEnded();
  expect(failureOf(() => expect(request).not.toHaveEnded())).toBe(
    'expect(span).not.toHaveEnded()\n\nExpected an open span, but the span has ended.\n\nRecorded:\n  GET /orders/:id [server]\n    OrdersService.find',
  );
  expect([find, request]).toBeWithinTrace(request?.spanContext() ?? 'none');
  await expect(Promise.resolve(trace)).resolves.not.toBeWithinTrace(
    find?.spanContext().traceId ?? 'none',
  );
  const text = 'GET /orders/:id [server]\n    OrdersService.find';
  expect(failureOf(() => expect(trace).toBeWithinTrace(find?.spanContext() ?? 'none'))).toMatch(
    /^expect\(spans\)\.toBeWithinTrace\(trace\)\n\nExpected the trace [0-9a-f]{32}, but "OrdersService\.find", "GET \/orders\/:id" belong to [0-9a-f]{32}\.\n\nRecorded:\n/,
  );
  expect(failureOf(() => expect(trace).toBeWithinTrace(find?.spanContext() ?? 'none'))).toContain(
    text,
  );
});

it('compares a trace with a snapshot', async () => {
  await get('3');
  expect(recorder.takeSpans()).toMatchInlineSnapshot(`
    GET /orders/:id [server] client.address=127.0.0.1 code.function.name=OrdersController.find http.request.method=GET http.response.status_code=200 http.route=/orders/:id network.peer.address=127.0.0.1 network.peer.port=* network.protocol.version="1.1" server.address=127.0.0.1 server.port=* url.path=/orders/3 url.scheme=http user_agent.original=node
      OrdersService.find order.id="3"
  `);
});

it('says what it cannot compare', () => {
  expect(failureOf(() => expect(app).toHaveSpan('x'))).toMatch(
    /^toHaveSpan needs a SpanRecorder, /,
  );
  expect(failureOf(() => expect(Promise.resolve([])).toHaveEnded())).toBe(
    'toHaveEnded needs a SpanRecorder, a list of spans or a span, but expect() received a promise. Await it, or use .resolves.',
  );
  expect(failureOf(() => expect(recorder).toHaveEnded())).toContain('at least one span');
});
