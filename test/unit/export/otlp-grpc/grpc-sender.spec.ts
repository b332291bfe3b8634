import { describe, expect, it } from '@jest/globals';
import type { GrpcError, GrpcPackage } from '../../../../lib/export/otlp-grpc/grpc-package.js';
import { GrpcSender } from '../../../../lib/export/otlp-grpc/grpc-sender.js';
import type { SendControl } from '../../../../lib/export/sender.js';
import { createRetryPolicy } from '../../../../lib/export/transport/retry-policy.js';
import { until } from '../../../support/until.js';

type Callback = (error: GrpcError | null, response?: Buffer) => void;

/** A package whose calls end when the test says so. */
function scripted(onCall: (callback: Callback) => void) {
  const seen = { address: '', callCount: 0, cancelCount: 0, closeCount: 0 };
  class Client {
    constructor(address: string) {
      seen.address = address;
    }
    makeUnaryRequest(...parameters: unknown[]) {
      seen.callCount++;
      const callback = parameters.at(-1) as Callback;
      onCall(callback);
      return {
        cancel: () => {
          seen.cancelCount++;
          callback(failure(1));
        },
      };
    }
    close() {
      seen.closeCount++;
    }
  }
  class Metadata {
    set() {}
  }
  return { seen, grpc: { Client, Metadata, credentials: {} } as unknown as GrpcPackage };
}

/** Limits that a test does not reach. */
const LATE: SendControl = {
  deadline: performance.now() + 100_000_000,
  signal: undefined,
  onRetry: () => {},
};

function failure(code: number): GrpcError {
  return Object.assign(new Error(`status ${code}`), { code, details: '' });
}

function senderOf(grpc: GrpcPackage, url = 'http://collector:4317', maxRetries = 5): GrpcSender {
  return new GrpcSender({
    grpc,
    method: '/test.Service/Export',
    url: new URL(url),
    headers: {},
    credentials: undefined,
    isCompressed: false,
    userAgent: 'test/1',
    retry: createRetryPolicy('test', {
      maxRetries,
      initialBackoffMillis: 3_000_000,
      maxBackoffMillis: 3_000_000,
    }),
  });
}

describe('GrpcSender', () => {
  it.each([
    ['http://collector:4317', 'collector:4317'],
    ['http://collector', 'collector:80'],
    ['https://collector', 'collector:443'],
    ['http://[::1]:4317', '[::1]:4317'],
  ])('goes for %s to %s', (url, address) => {
    const { seen, grpc } = scripted(() => {});
    senderOf(grpc, url);
    expect(seen.address).toBe(address);
  });

  it('hands on what the server answers', async () => {
    const { grpc } = scripted((callback) => setImmediate(() => callback(null, Buffer.from('a'))));
    expect(await senderOf(grpc).send(Buffer.from('b'), LATE)).toEqual({ body: Buffer.from('a') });
  });

  it('tries no more when it is closed while it waits', async () => {
    const { seen, grpc } = scripted((callback) => setImmediate(() => callback(failure(14))));
    const sender = senderOf(grpc);
    const sent = sender.send(Buffer.from('b'), LATE);
    const outcome = expect(sent).rejects.toThrow(/^gRPC collector:4317: status 14$/);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    sender.endSoon();
    await outcome;
    await sender.close();
    expect(seen).toMatchObject({ callCount: 1, closeCount: 1 });
  });

  it('cancels what is under way a while after it was closed', async () => {
    const { seen, grpc } = scripted(() => {});
    const sender = senderOf(grpc);
    const outcome = expect(sender.send(Buffer.from('b'), LATE)).rejects.toThrow(/status 1$/);
    sender.endSoon();
    await outcome;
    await sender.close();
    expect(seen).toMatchObject({ callCount: 1, cancelCount: 1, closeCount: 1 });
  });

  it('says before each further try why the try before it failed', async () => {
    const { grpc } = scripted((callback) => setImmediate(() => callback(failure(14))));
    const retried: string[] = [];
    const sender = senderOf(grpc);
    const onRetry = ({ message }: Error) => retried.push(message);
    const sent = sender.send(Buffer.from('b'), { ...LATE, onRetry }).catch(() => {});
    await until(
      () => retried.length === 1,
      () => retried,
    );
    expect(retried).toEqual(['gRPC collector:4317: status 14']);
    sender.endSoon();
    await sent;
    await sender.close();
  });

  it.each([
    ['call', () => {}, /^gRPC collector:4317: enough$/],
    ['wait', (callback: Callback) => setImmediate(() => callback(failure(14))), /: status 14$/],
  ])('ends its %s when it is aborted', async (_, onCall, message) => {
    const { seen, grpc } = scripted(onCall);
    const controller = new AbortController();
    const sent = senderOf(grpc).send(Buffer.from('b'), { ...LATE, signal: controller.signal });
    const outcome = expect(sent).rejects.toThrow(message);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    controller.abort(new Error('enough'));
    await outcome;
    expect(seen.callCount).toBe(1);
  });
});
