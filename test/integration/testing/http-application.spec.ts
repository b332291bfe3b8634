import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  type INestApplication,
  Injectable,
  Module,
  NotFoundException,
  Param,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SpanAttribute, Traced, TracingModule } from 'nestjs-traced';
import {
  dedent,
  SpanRecorder,
  TracingTestingModule,
  type TracingTestingOptions,
  traceSerializer,
} from 'nestjs-traced/testing';
import { failureOf } from '../../support/trace-matchers.js';
import { PLATFORMS } from '../http/application/platforms.js';

expect.addSnapshotSerializer(traceSerializer);

@Injectable()
class OrdersService {
  @Traced()
  async find(@SpanAttribute('order.id') id: string): Promise<{ id: string }> {
    if (id === '0') throw new NotFoundException('no such order');
    return { id };
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':id')
  find(@Param('id') id: string): Promise<object> {
    return this.orders.find(id);
  }
}

@Module({
  imports: [TracingModule.forRoot({ http: { server: { exposeTraceId: 'x-trace-id' } } })],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class AppModule {}

describe.each(PLATFORMS)('a test of an application on $name', ({ createAdapter }) => {
  let app: INestApplication;

  afterEach(async () => {
    await app.close();
    app.get(SpanRecorder).verify();
  });

  async function start(options: TracingTestingOptions = {}): Promise<string> {
    const module = await Test.createTestingModule({
      imports: [AppModule, TracingTestingModule.forApplication(options)],
    }).compile();
    app = module.createNestApplication(createAdapter(), { forceCloseConnections: true });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  it('reads the trace of a request', async () => {
    const url = await start();
    expect(await (await fetch(`${url}/orders/42`)).json()).toEqual({ id: '42' });
    const recorder = app.get(SpanRecorder);
    await recorder.waitForTrace();
    expect(recorder).toHaveEnded();
    expect(recorder).toMatchTrace(`
      GET /orders/:id [server] http.response.status_code=200 server.port=*
        OrdersService.find order.id="42"
    `);
  });

  it('reads the trace of a request of node:http, with the span of the test', async () => {
    const url = await start({ http: { client: { requireParent: false } } });
    await new Promise((resolve, reject) => {
      const sent = request(`${url}/orders/42`, (response) => response.resume().on('end', resolve));
      sent.on('error', reject).end();
    });
    const recorder = app.get(SpanRecorder);
    await recorder.waitForTrace({ spanNames: ['GET', 'GET /orders/:id'] });
    expect(recorder).toMatchTrace(`
      GET [client]
        GET /orders/:id [server]
          OrdersService.find
    `);
  });

  it('finds the trace of a response by its header', async () => {
    const url = await start();
    const [first, second] = await Promise.all([1, 2].map((id) => fetch(`${url}/orders/${id}`)));
    const recorder = app.get(SpanRecorder);
    const traceIdOf = (response?: Response) => response?.headers.get('x-trace-id') ?? 'none';
    await recorder.waitForTrace({ traceId: traceIdOf(second), spanCount: 2 });
    const trace = recorder.takeTrace(traceIdOf(second));
    expect(trace).toHaveSpan({ name: 'OrdersService.find', attributes: { 'order.id': '2' } });
    expect(trace).toBeWithinTrace(traceIdOf(second));
    expect(trace).not.toBeWithinTrace(traceIdOf(first));
    await expect(
      recorder.takeNextTrace({ traceId: traceIdOf(first), spanCount: 2 }),
    ).resolves.toMatchTrace(`
      GET /orders/:id [server]
        OrdersService.find order.id="1"
    `);
  });

  it('compares the trace of a failure with a snapshot', async () => {
    const url = await start();
    expect((await fetch(`${url}/orders/0`)).status).toBe(404);
    expect(await app.get(SpanRecorder).takeNextTrace()).toMatchInlineSnapshot(`
      GET /orders/:id [server] client.address=127.0.0.1 code.function.name=OrdersController.find http.request.method=GET http.response.status_code=404 http.route=/orders/:id network.peer.address=127.0.0.1 network.peer.port=* network.protocol.version="1.1" server.address=127.0.0.1 server.port=* url.path=/orders/0 url.scheme=http user_agent.original=node
        OrdersService.find error.type=NotFoundException order.id="0" ERROR "no such order" exception NotFoundException
    `);
  });

  it('shows the whole trace when it fails', async () => {
    const url = await start();
    await fetch(`${url}/orders/42`);
    const recorder = app.get(SpanRecorder);
    const trace = await recorder.takeNextTrace();
    const wrong = () => expect(trace).toMatchTrace('GET /orders/:id [server]\n  OrdersService.get');
    expect(await failureOf(wrong)).toBe(dedent`
      expect(spans).toMatchTrace(trace)

      - Expected
      + Received

        GET /orders/:id [server]
      -   OrdersService.get
      +   OrdersService.find

      Received:
        GET /orders/:id [server]
          OrdersService.find
    `);
  });
});
