import { describe, expect, it } from '@jest/globals';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { MessageConsumerHandler } from '../../../../lib/messaging/index.js';
import { hookServer } from '../../../../lib/nest/messaging/hook-server.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const traceparent = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`;

/** A transport of the user that calls handlers itself, as the documentation of Nest shows. */
class PlainServer extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {}
  on(): void {}

  unwrap<T>(): T {
    return undefined as T;
  }

  async receive(pattern: string, data: unknown, context?: unknown): Promise<unknown> {
    const handler = this.messageHandlers.get(pattern);
    const result: unknown = await handler?.(data, context as never);
    return result;
  }
}

/** A transport of the user that is built like those of Nest. */
class LikeNest extends PlainServer {
  constructor() {
    super();
    this.initializeDeserializer({});
  }

  async handleMessage(raw: unknown): Promise<unknown> {
    const packet = await this.deserializer.deserialize(raw, { channel: 'x' });
    const { pattern, data } = packet as { pattern: string; data: unknown };
    return this.getHandlerByPattern(pattern)?.(data);
  }
}

function setUp<S extends PlainServer>(server: S) {
  const { tracer, recorder } = createTracing();
  const consumer = new MessageConsumerHandler(tracer);
  const warnings: string[] = [];
  const leave = hookServer(
    server,
    () => consumer,
    (pattern) => `Orders.${pattern}`,
    new Diagnostics({ warn: (message) => warnings.push(message) }),
  );
  server.addHandler('find', async (data) => data);
  server.addHandler('placed', async () => of(1), true);
  server.listen(() => {});
  const text = () => traceAsText(recorder.takeSpans(), { attributes: ['code.function.name'] });
  return { server, leave, text, warnings };
}

describe('hookServer', () => {
  it('traces the handlers of a transport of the user', async () => {
    const { server, text } = setUp(new PlainServer());
    expect(await server.receive('find', 7)).toBe(7);
    const event = (await server.receive('placed', 7)) as Observable<number>;
    expect(await lastValueFrom(event)).toBe(1);
    expect(text()).toBe(
      'process find [server] code.function.name=Orders.find\n\n' +
        'process placed [consumer] code.function.name=Orders.placed',
    );
  });

  it('reads a context with metadata', async () => {
    const { server, text } = setUp(new PlainServer());
    const context = { getMetadata: () => ({ traceparent }) };
    await server.receive('find', 7, context);
    expect(text()).toContain('process find [server, remote parent]');
  });

  it('handles a message whose context cannot be read', async () => {
    const { server, text, warnings } = setUp(new PlainServer());
    const context = {
      getMetadata: () => {
        throw new Error('no');
      },
    };
    expect(await server.receive('find', 7, context)).toBe(7);
    expect(text()).toContain('process find [server]');
    expect(warnings).toEqual([
      'A received message could not be read. Its span has no details: Error: no',
    ]);
  });

  it('reads the packet of the deserializer, if the transport has one', async () => {
    const { server, text } = setUp(new LikeNest());
    const metadata = { traceparent };
    expect(await server.handleMessage({ pattern: 'find', data: 7, id: '1', metadata })).toBe(7);
    await server.handleMessage({ pattern: 'missing', data: 7 });
    expect(text()).toBe(
      'process find [server, remote parent] code.function.name=Orders.find\n\n' +
        'process [consumer] ERROR "The application has no handler for the message"',
    );
  });

  it('keeps the members of handlers that Nest and others read', () => {
    const { server } = setUp(new PlainServer());
    const handler = server.getHandlers().get('placed');
    expect(handler?.isEventHandler).toBe(true);
    expect(handler?.extras).toEqual({});
  });

  it('restores the server', async () => {
    const server = new LikeNest();
    const before = Object.keys(server);
    const { leave, text } = setUp(server);
    leave?.();
    expect(Object.keys(server)).toEqual(before);
    expect(await server.receive('find', 7)).toBe(7);
    expect(text()).toBe('');
  });

  it.each([[undefined], ['text'], [{}], [{ listen() {} }]])('ignores %p', (server) => {
    expect(
      hookServer(
        server,
        () => undefined,
        () => undefined,
        new Diagnostics(),
      ),
    ).toBeUndefined();
  });

  it('ignores gRPC, which has hooks of its own', () => {
    const server = new PlainServer();
    server.setTransportId(4 as never);
    expect(
      hookServer(
        server,
        () => undefined,
        () => undefined,
        new Diagnostics(),
      ),
    ).toBeUndefined();
  });
});
