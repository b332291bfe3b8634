import { once } from 'node:events';
import WebSocket from 'ws';
import { until } from '../../../support/until.js';

/** A message of a protocol for subscriptions. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly data?: unknown; readonly errors?: readonly object[] };
}

/** How a client connects. */
export interface Connecting {
  /** The protocol of graphql-ws, or that of its predecessor. */
  readonly protocol?: 'graphql-transport-ws' | 'graphql-ws';
  readonly headers?: Readonly<Record<string, string>>;
  /** What it sends to initialise the connection. */
  readonly connectionParams?: object;
}

/** A client of the protocols for subscriptions. */
export class SubscriptionClient {
  readonly received: Message[] = [];
  readonly socket: WebSocket;

  private constructor(
    url: string,
    readonly protocol: string,
    headers: Connecting['headers'],
  ) {
    this.socket = new WebSocket(url.replace('http', 'ws'), protocol, { headers });
    this.socket.on('message', (data) => this.received.push(JSON.parse(String(data))));
  }

  static async connect(url: string, connecting: Connecting = {}): Promise<SubscriptionClient> {
    const { protocol = 'graphql-transport-ws', headers, connectionParams } = connecting;
    const client = new SubscriptionClient(url, protocol, headers);
    await once(client.socket, 'open');
    client.send({ type: 'connection_init', payload: connectionParams });
    await client.receive(1);
    return client;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(query: string, id = '1', others: object = {}): void {
    const type = this.protocol === 'graphql-ws' ? 'start' : 'subscribe';
    this.send({ id, type, payload: { query, ...others } });
  }

  unsubscribe(id = '1'): void {
    this.send({ id, type: this.protocol === 'graphql-ws' ? 'stop' : 'complete' });
  }

  /** Waits for messages, without those that keep the connection alive. */
  async receive(count: number): Promise<Message[]> {
    const messages = (): Message[] => this.received.filter(({ type }) => type !== 'ka');
    await until(
      () => messages().length >= count,
      () => messages(),
    );
    return messages();
  }
}
