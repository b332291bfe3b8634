import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import WebSocket from 'ws';
import { until } from '../../../support/until.js';

/** A message that a client has received. */
export interface Received {
  readonly event: string;
  readonly data: unknown;
}

/** A client of the tests, on any transport. */
export interface ChatClient {
  readonly received: readonly Received[];
  send(event: string, data?: unknown): void;
  /** Sends a message and waits for the next one from the server. */
  ask(event: string, data?: unknown): Promise<Received>;
  /** Sends something that is no message of the protocol. */
  sendGarbage(): void;
  /** Closes the connection as the protocol says. */
  close(): Promise<void>;
  /** Closes the connection without a word. */
  vanish(): void;
}

/** Opens connections of one kind. */
export interface ClientKind {
  readonly name: string;
  readonly adapter: 'ws' | 'socket.io';
  connect(url: string, headers?: Record<string, string>): Promise<ChatClient>;
}

export const CLIENT_KINDS: readonly ClientKind[] = [
  { name: 'ws', adapter: 'ws', connect: connectWs },
  {
    name: 'socket.io over WebSocket',
    adapter: 'socket.io',
    connect: (url, headers) => connectSocketIo(url, 'websocket', headers),
  },
  {
    name: 'socket.io over polling',
    adapter: 'socket.io',
    connect: (url, headers) => connectSocketIo(url, 'polling', headers),
  },
];

async function connectWs(url: string, headers?: Record<string, string>): Promise<ChatClient> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  const received: Received[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  await once(socket, 'open');
  const send = (event: string, data?: unknown): void =>
    socket.send(JSON.stringify({ event, data }));
  return {
    received,
    send,
    ask: (event, data) => nextOf(received, () => send(event, data)),
    sendGarbage() {
      socket.send('{"event":');
      socket.send(Buffer.from([0xff, 0x00]));
      socket.send('null');
      socket.send('{"event":"__proto__"}');
      socket.send('{"event":{"toString":1}}');
    },
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
    vanish: () => socket.terminate(),
  };
}

/** Opens a connection of socket.io. */
export async function connectSocketIo(
  url: string,
  transport: 'websocket' | 'polling',
  extraHeaders?: Record<string, string>,
): Promise<ChatClient & { readonly socket: Socket }> {
  const socket = io(url, {
    transports: [transport],
    forceNew: true,
    reconnection: false,
    extraHeaders,
  });
  const received: Received[] = [];
  socket.onAny((event: string, data: unknown) => received.push({ event, data }));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const send = (event: string, data?: unknown): void => {
    socket.emit(event, data);
  };
  return {
    socket,
    received,
    send,
    ask: (event, data) => nextOf(received, () => send(event, data)),
    sendGarbage() {
      socket.emit('unknown', { a: 1 });
      socket.emit('__proto__');
    },
    async close() {
      socket.disconnect();
    },
    vanish: () => socket.io.engine.close(),
  };
}

async function nextOf(received: readonly Received[], send: () => void): Promise<Received> {
  const count = received.length;
  send();
  await until(
    () => received.length > count,
    () => received,
  );
  return received[count] as Received;
}
