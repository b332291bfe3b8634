import * as http2 from 'node:http2';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TracingOptions } from 'nestjs-traced';
import {
  type GrpcCallStatus,
  type GrpcErrorCondition,
  grpcClientInterceptor,
} from 'nestjs-traced/grpc';
import type { SpanRecorder } from 'nestjs-traced/testing';
import { firstValueFrom, lastValueFrom, Subject, take } from 'rxjs';
import {
  nextTrace,
  plainClient,
  type Shop,
  type ShopClient,
  sharedTracing,
  startClient,
  startShop,
} from './application/start-shop.js';

let shop: Shop;
let client: ShopClient;
let recorder: SpanRecorder;

async function start(others: TracingOptions = {}): Promise<void> {
  const tracing = sharedTracing(others);
  recorder = tracing.recorder;
  shop = await startShop(tracing.options);
  client = await startClient(tracing.options, shop.address);
}

/** Until a handler waits, so that a call is ended in its middle. */
async function untilHandlerWaits(): Promise<void> {
  const deadline = Date.now() + 4000;
  while (shop.controller.waiting.length === 0) {
    if (Date.now() > deadline) throw new Error('No handler waits.');
    await new Promise(setImmediate);
  }
}

afterEach(async () => {
  await client.client.close();
  await shop.server.close();
  recorder.verify();
});

describe('the status of a call', () => {
  const CODES = Object.entries(grpc.status).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  const SERVER_ERRORS = [
    'UNKNOWN',
    'DEADLINE_EXCEEDED',
    'UNIMPLEMENTED',
    'INTERNAL',
    'UNAVAILABLE',
    'DATA_LOSS',
  ];

  it('is an error of the client for 16 of 17 codes, of the server for six', async () => {
    await start();
    expect(CODES).toHaveLength(17);
    for (const [name, code] of CODES) {
      const answer = lastValueFrom(client.orders.find({ id: '7', code }));
      if (code === 0) await answer;
      else await expect(answer).rejects.toMatchObject({ code });
      const error = ` ERROR "code ${code}"`;
      const type = `error.type=${name} `;
      const isError = SERVER_ERRORS.includes(name);
      const exception = `exception RpcException${isError ? '' : ` "code ${code}"`}`;
      expect(await nextTrace(recorder, 3, ['rpc.status_code', 'error.type'])).toBe(
        code === 0
          ? 'shop.Orders/Find [client] rpc.status_code=OK\n' +
              '  shop.Orders/Find [server] rpc.status_code=OK\n' +
              '    load'
          : `shop.Orders/Find [client] ${type}rpc.status_code=${name}${error}\n` +
              `  shop.Orders/Find [server] ${isError ? type : ''}rpc.status_code=${name}${isError ? error : ''} ${exception}\n` +
              '    load',
      );
    }
  });
});

describe('isError', () => {
  it('decides about a stream that ends by its deadline, on both sides', async () => {
    const asked: unknown[] = [];
    const isError: GrpcErrorCondition = (status, call) => {
      asked.push([status.name, status.isError, call.method]);
      return status.isError && call.method !== 'shop.Orders/List';
    };
    await start({ grpc: { server: { isError }, client: { isError } } });
    const plain = plainClient(shop.address, { interceptors: [grpcClientInterceptor] });
    const stream = plain.list?.({ id: 'wait' }, { deadline: Date.now() + 200 });
    const failure = await new Promise((resolve) => {
      stream.on('data', () => {});
      stream.on('error', resolve);
    });
    expect(failure).toMatchObject({ code: grpc.status.DEADLINE_EXCEEDED });
    expect(await nextTrace(recorder, 2, ['rpc.status_code', 'error.type'])).toMatch(
      /^shop.Orders\/List \[client\] rpc.status_code=DEADLINE_EXCEEDED\n {2}shop.Orders\/List \[server\] rpc.status_code=(DEADLINE_EXCEEDED|CANCELLED)$/,
    );
    expect(asked).toContainEqual(['DEADLINE_EXCEEDED', true, 'shop.Orders/List']);
    expect(asked).toHaveLength(2);

    const late = new Promise((resolve) => {
      plain.find?.({ id: 'wait' }, { deadline: Date.now() + 200 }, resolve);
    });
    expect(await late).toMatchObject({ code: grpc.status.DEADLINE_EXCEEDED });
    expect(await nextTrace(recorder, 3)).toMatch(
      /^shop.Orders\/Find \[client\] rpc.status_code=DEADLINE_EXCEEDED ERROR/,
    );
    plain.close();
  });

  it('makes an answer of the server an error', async () => {
    const server = { isError: ({ name }: GrpcCallStatus) => name === 'NOT_FOUND' };
    await start({ grpc: { server } });
    await expect(
      lastValueFrom(client.orders.find({ id: '7', code: grpc.status.NOT_FOUND })),
    ).rejects.toMatchObject({ code: grpc.status.NOT_FOUND });
    expect(await nextTrace(recorder, 3, ['error.type'])).toContain(
      '  shop.Orders/Find [server] error.type=NOT_FOUND ERROR "code 5"',
    );
  });

  it('prevents the start if it is no function', async () => {
    await start();
    const { options } = sharedTracing({ grpc: { client: { isError: 'no' as never } } });
    await expect(startShop(options)).rejects.toThrow('grpc.client.isError must be a function');
  });
});

describe('a call', () => {
  it('that is late ends with its deadline on both sides', async () => {
    await start();
    const plain = plainClient(shop.address, { interceptors: [grpcClientInterceptor] });
    const answer = new Promise((resolve) => {
      plain.find?.({ id: 'wait' }, { deadline: Date.now() + 200 }, resolve);
    });
    expect(await answer).toMatchObject({ code: grpc.status.DEADLINE_EXCEEDED });
    // The client's timer and the server's run apart: either may be first.
    expect(await nextTrace(recorder, 3)).toMatch(
      /^shop.Orders\/Find \[client\] rpc.status_code=DEADLINE_EXCEEDED ERROR ".+"\n {2}shop.Orders\/Find \[server\] rpc.status_code=(DEADLINE_EXCEEDED ERROR "Deadline exceeded"|CANCELLED)\n {4}load$/,
    );
    plain.close();
  });

  it('whose subscriber leaves is cancelled on both sides', async () => {
    await start();
    const subscription = client.orders.find({ id: 'wait' }).subscribe();
    await untilHandlerWaits();
    subscription.unsubscribe();
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/Find [client] rpc.status_code=CANCELLED ERROR "Cancelled on client"\n' +
        '  shop.Orders/Find [server] rpc.status_code=CANCELLED\n' +
        '    load',
    );
  });

  it('whose subscriber leaves in the middle of a stream is cancelled on both sides', async () => {
    await start();
    await lastValueFrom(client.orders.list({ id: 'wait' }).pipe(take(1)));
    expect(await nextTrace(recorder, 2)).toBe(
      'shop.Orders/List [client] rpc.status_code=CANCELLED ERROR "Cancelled on client"\n' +
        '  shop.Orders/List [server] rpc.status_code=CANCELLED',
    );
  });

  it('that sends nothing more and leaves is cancelled on both sides', async () => {
    await start();
    const orders = new Subject<{ id: string }>();
    const answers = client.orders.chat(orders);
    const subscription = answers.subscribe((answer) => {
      expect(answer.id).toBe('re a');
      subscription.unsubscribe();
    });
    orders.next({ id: 'a' });
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/Chat [client] rpc.status_code=CANCELLED ERROR "Cancelled on client"\n' +
        '  shop.Orders/Chat [server] rpc.status_code=CANCELLED\n' +
        '    answer a',
    );
  });

  it('is ended when its server shuts down in the middle', async () => {
    await start();
    const answer = firstValueFrom(client.orders.find({ id: 'wait' })).catch((error) => error);
    await untilHandlerWaits();
    await shop.server.close();
    expect(recorder.openSpans.filter(({ kind }) => kind === 1)).toEqual([]);
    await answer;
    expect(await nextTrace(recorder, 3)).toMatch(
      /^shop.Orders\/Find \[client\] rpc.status_code=(UNAVAILABLE|CANCELLED|INTERNAL) ERROR ".*"\n {2}shop.Orders\/Find \[server\] rpc.status_code=CANCELLED\n {4}load$/,
    );
  });

  it('is ended when its client’s application shuts down in the middle', async () => {
    await start();
    const streaming = client.orders.list({ id: 'wait' }).subscribe();
    await untilHandlerWaits();
    await client.client.close();
    expect(recorder.openSpans.filter(({ kind }) => kind === 2)).toEqual([]);
    streaming.unsubscribe();
    expect(await nextTrace(recorder, 2)).toBe(
      'shop.Orders/List [client] rpc.status_code=CANCELLED ERROR "The application shut down"\n' +
        '  shop.Orders/List [server] rpc.status_code=CANCELLED',
    );
  });

  it('whose connection is lost is cancelled for the server', async () => {
    await start();
    const session = http2.connect(`http://${shop.address}`);
    session.on('error', () => {});
    const request = session.request({
      ':path': '/shop.Orders/List',
      ':method': 'POST',
      'content-type': 'application/grpc',
    });
    request.on('error', () => {});
    // The order { id: 'wait' } as gRPC frames it.
    request.write(Buffer.from('\0\0\0\0\u0006\n\u0004wait', 'latin1'));
    request.end();
    await untilHandlerWaits();
    session.destroy();
    expect(await nextTrace(recorder, 1)).toBe(
      'shop.Orders/List [server] rpc.status_code=CANCELLED',
    );
  });

  it('that reaches no server is UNAVAILABLE', async () => {
    await start();
    await shop.server.close();
    await expect(lastValueFrom(client.orders.find({ id: '7' }))).rejects.toMatchObject({
      code: grpc.status.UNAVAILABLE,
    });
    expect(await nextTrace(recorder, 1)).toMatch(
      /^shop.Orders\/Find \[client\] rpc.status_code=UNAVAILABLE ERROR ".*"$/,
    );
  });

  it('leaves no span open among 1000 streams at once', async () => {
    await start();
    const streams = Array.from({ length: 1000 }, (_, index) =>
      lastValueFrom(client.orders.list({ id: index % 2 === 0 ? 'all' : 'short' })).catch(
        () => undefined,
      ),
    );
    await Promise.all(streams);
    // Those that fail give one order, the others two.
    const spans = await recorder.takeNextSpans(1000 * 2 + 500 + 1000, { deadlineMillis: 10_000 });
    expect(spans).toHaveLength(1000 * 2 + 500 + 1000);
    expect(recorder.openSpans).toEqual([]);
  }, 20_000);

  it('leaves nothing behind when its spans have been taken', async () => {
    await start();
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const spans: WeakRef<object>[] = [];
    for (let round = 0; round < 3; round++) {
      const streams = Array.from({ length: 300 }, () =>
        lastValueFrom(client.orders.list({ id: 'all' })),
      );
      await Promise.all(streams);
      for (const span of await recorder.takeNextSpans(300 * 4)) spans.push(new WeakRef(span));
      recorder.reset();
    }
    // What a weak reference was made for stays until the turn is over.
    for (let turn = 0; turn < 2; turn++) {
      await new Promise(setImmediate);
      collectGarbage();
    }
    expect(spans).toHaveLength(3 * 300 * 4);
    // A connection knows the context of the call that made it.
    expect(spans.filter((span) => span.deref() !== undefined).length).toBeLessThan(10);
  }, 20_000);
});
