import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestApplication, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SchedulerRegistry } from '@nestjs/schedule';
import { firstValueFrom } from 'rxjs';
import { type ReadableSpan } from '../../../lib/index.js';
import { openRaw, rawRequest } from '../../../lib/testing/contracts/http-server/raw-request.js';
import { type TestTracingSetup, testTracingOptions } from '../../../lib/testing/index.js';
import { freePort } from '../../support/free-port.js';
import { idsOf } from '../../support/log-entries.js';
import { until } from '../../support/until.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { CLIENT_KINDS } from '../websocket/application/clients.js';
import { LOG_LIBRARIES } from './application/log-libraries.js';
import type { LogLine } from './application/log-library.js';
import { OrdersService, ordersModule } from './application/orders.module.js';

const CASES = LOG_LIBRARIES.flatMap((library) =>
  PLATFORMS.map((platform) => [library.name, platform.name, library, platform] as const),
);

describe.each(CASES)('the lines of %s on %s', (_, __, library, platform) => {
  let application: INestApplication;
  let log: ReturnType<(typeof library)['create']>;
  let setup: TestTracingSetup;
  let port: number;
  let messagePort: number;

  beforeAll(async () => {
    setup = testTracingOptions();
    log = library.create();
    application = await NestFactory.create(
      ordersModule(setup.options, log.imports),
      platform.createAdapter(),
      { bufferLogs: true, forceCloseConnections: true, abortOnError: false },
    );
    log.use(application);
    application.useWebSocketAdapter(new WsAdapter(application));
    messagePort = await freePort();
    application.connectMicroservice<MicroserviceOptions>(
      { transport: Transport.TCP, options: { host: '127.0.0.1', port: messagePort } },
      { inheritAppConfig: true },
    );
    await application.startAllMicroservices();
    await application.listen(0, '127.0.0.1');
    ({ port } = application.getHttpServer().address() as AddressInfo);
  });

  afterEach(() => setup.recorder.reset());

  afterAll(async () => {
    await application.close();
    log.close?.();
    Logger.overrideLogger(true as never);
    expect(setup.warnings).toEqual([]);
    setup.recorder.reset();
  });

  const line = async (isIt: (line: LogLine) => boolean): Promise<LogLine> => {
    await until(
      () => log.lines().some(isIt),
      () => log.lines(),
    );
    return log.lines().find(isIt) as LogLine;
  };
  const withMessage = (message: string) => line((one) => one.message === message);
  const accessLine = (message: string, { trace_id }: { trace_id: string }) =>
    line((one) => one.message === message && 'responseTime' in one && one.trace_id === trace_id);
  const spans = async (count: number): Promise<Map<string, ReadableSpan>> => {
    const taken = await setup.recorder.takeNextSpans(count);
    return new Map(taken.map((span) => [span.name, span]));
  };
  const spanOf = async (name: string, count = 1): Promise<ReadableSpan> => {
    const found = (await spans(count)).get(name);
    if (found === undefined) throw new Error(`There is no span ${name}`);
    return found;
  };
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close', ...headers } });

  it('have no ids outside a span', async () => {
    new Logger('Shop').log('open');
    const open = await withMessage('open');
    expect(open).not.toHaveProperty('trace_id');
    expect(open).not.toHaveProperty('span_id');
    expect(log.lines().length).toBeGreaterThan(5);
    for (const one of log.lines()) expect(one).not.toHaveProperty('trace_id');
  });

  it('have the ids of the span in which they are logged: of the request, and of a method', async () => {
    expect((await get('/orders/7')).status).toBe(200);
    const byName = await spans(2);
    expect(await withMessage('get 7')).toMatchObject(idsOf(byName.get('GET /orders/:id') as never));
    expect(await withMessage('found 7')).toMatchObject(
      idsOf(byName.get('OrdersService.find') as never),
    );
    if (!library.hasAccessLine) return;
    const ids = idsOf(byName.get('GET /orders/:id') as never);
    expect(await accessLine('request completed', ids)).toMatchObject(ids);
  });

  it('have the ids in an Observable', async () => {
    expect(await (await get('/observed')).text()).toBe('seen');
    expect(await withMessage('seen')).toMatchObject(idsOf(await spanOf('GET /observed')));
  });

  it('have the ids of a failed request', async () => {
    expect((await get('/fails')).status).toBe(500);
    const ids = idsOf(await spanOf('GET /fails'));
    await line((one) => one.trace_id === ids.trace_id);
    const ofRequest = log.lines().filter(({ trace_id }) => trace_id === ids.trace_id);
    expect(JSON.stringify(ofRequest)).toMatch(/out of stock|at .*fail/);
    expect(ofRequest).toEqual(ofRequest.map(() => expect.objectContaining(ids)));
    if (!library.hasAccessLine) return;
    expect(await accessLine('request errored', ids)).toMatchObject(ids);
  });

  it('have the ids of a request without a route', async () => {
    expect((await get('/nowhere')).status).toBe(404);
    const ids = idsOf(await spanOf('GET'));
    if (!library.hasAccessLine) return;
    expect(await accessLine('request completed', ids)).toMatchObject(ids);
  });

  it('have the ids of a request whose client disconnects', async () => {
    const socket = openRaw(port, rawRequest('GET /never'));
    const waiting = await withMessage('waits');
    socket.destroy();
    const ids = idsOf(await spanOf('GET /never'));
    expect(waiting).toMatchObject(ids);
    if (!library.hasAccessLine) return;
    expect(await accessLine('request aborted', ids)).toMatchObject(ids);
  });

  it('have the ids of a trace that is not sampled, with its flags', async () => {
    const trace_id = '0af7651916cd43dd8448eb211c80319c';
    await get('/orders/8', { traceparent: `00-${trace_id}-b7ad6b7169203331-00` });
    for (const message of ['get 8', 'found 8']) {
      expect(await withMessage(message)).toMatchObject({
        trace_id,
        span_id: expect.stringMatching(/^(?!b7ad6b7169203331)[0-9a-f]{16}$/),
        trace_flags: '00',
      });
    }
  });

  it('have the ids of jobs and schedules', async () => {
    await application.get(SchedulerRegistry).getCronJob('yearly').fireOnTick();
    expect(await withMessage('reported')).toMatchObject(
      idsOf(await spanOf('OrdersService.report')),
    );
    await application.get(OrdersService).process({ id: '7' });
    expect(await withMessage('processed 7')).toMatchObject(idsOf(await spanOf('process')));
  });

  it('have the ids of messages', async () => {
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: messagePort },
    });
    try {
      await firstValueFrom(client.send('orders.find', '7'));
      await firstValueFrom(client.emit('orders.placed', '7'), { defaultValue: undefined });
    } finally {
      client.close();
    }
    const byName = await spans(2);
    expect(await withMessage('asked for 7')).toMatchObject(
      idsOf(byName.get('process orders.find') as never),
    );
    expect(await withMessage('placed 7')).toMatchObject(
      idsOf(byName.get('process orders.placed') as never),
    );
  });

  it('have the ids of messages of a gateway', async () => {
    const kind = CLIENT_KINDS.find(({ adapter }) => adapter === 'ws');
    const client = await kind?.connect(`http://127.0.0.1:${port}/chat`);
    try {
      client?.send('watch', '7');
      expect(await withMessage('watched 7')).toMatchObject(idsOf(await spanOf('message watch')));
    } finally {
      client?.vanish();
    }
  });
});
