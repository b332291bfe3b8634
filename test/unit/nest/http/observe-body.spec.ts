import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import { HttpServerHandler, type HttpServerOperation } from '../../../../lib/http/server/index.js';
import { observeBody } from '../../../../lib/nest/http/observe-body.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange } from '../../http/server/exchange.js';

const { tracer, recorder } = createTestTracing();

afterEach(() => recorder.verify());

/** Lets `act` observe a body, and returns the names of the exceptions of the request. */
async function exceptionsOf(
  act: (operation: HttpServerOperation) => Promise<void> | void,
): Promise<unknown[]> {
  const exchange = createExchange();
  const operation = new HttpServerHandler(tracer).begin(exchange.request, exchange.response);
  if (operation === undefined) throw new Error('The request is not traced.');
  await act(operation);
  answer(exchange, 200);
  return recorder.takeSpan().events.map(({ attributes }) => attributes?.['exception.message']);
}

const failed = (stream: PassThrough): Promise<unknown> =>
  new Promise((resolve) => stream.once('close', resolve).destroy(new Error('disk gone')));

describe('observeBody', () => {
  it.each<[string, (stream: PassThrough) => unknown]>([
    ['a StreamableFile', (stream) => new StreamableFile(stream)],
    ['a stream', (stream) => stream],
  ])('tells that %s fails, once', async (_, bodyOf) => {
    const exceptions = await exceptionsOf(async (operation) => {
      const stream = new PassThrough().on('error', () => {});
      observeBody(bodyOf(stream), operation);
      await failed(stream);
      observeBody(bodyOf(stream), operation);
    });
    expect(exceptions).toEqual(['disk gone']);
  });

  it('tells that a stream has failed before', async () => {
    const stream = new PassThrough().on('error', () => {});
    await failed(stream);
    const act = (operation: HttpServerOperation): void => observeBody(stream, operation);
    expect(await exceptionsOf(act)).toEqual(['disk gone']);
  });

  it('leaves the error of a stream without listeners to Node', () => {
    const stream = new PassThrough();
    return exceptionsOf((operation) => {
      observeBody(stream, operation);
      expect(stream.listenerCount('error')).toBe(0);
    });
  });

  it.each([
    undefined,
    null,
    'text',
    { pipe: 1 },
    { pipe() {} },
    new StreamableFile(Buffer.from('text')),
    new Proxy(
      {},
      {
        get() {
          throw new Error('trap');
        },
      },
    ),
  ])('takes any other body: case %#', async (body) => {
    expect(await exceptionsOf((operation) => observeBody(body, operation))).toEqual([]);
  });
});
