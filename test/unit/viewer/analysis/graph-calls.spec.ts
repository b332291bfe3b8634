import { describe, expect, it } from '@jest/globals';
import {
  type GraphCallOptions,
  graphCallsOf,
} from '../../../../lib/viewer/analysis/graph-calls.js';
import type { AnyAttributes } from '../../../../lib/viewer/analysis/span-record.js';
import { treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { type SpanExtras, traceOfLines } from '../../../support/trace-of-lines.js';

function calls(text: string, extras: SpanExtras = {}, options: GraphCallOptions = {}): string[] {
  return graphCallsOf(treeOf(traceOfLines(text, extras)), options).map((call) => {
    const times = [call.clientNanos, call.serverNanos, call.betweenNanos].map(
      (nanos) => nanos / 1e6,
    );
    const failure = call.error === undefined ? '' : ` failed: ${call.error}`;
    const arrow = call.isMessage ? '~>' : '->';
    return `${call.from.id} ${arrow} ${call.to.id} ${times.join('/')}${failure}`;
  });
}

const named = (name: string, attributes: AnyAttributes): SpanExtras => ({ [name]: { attributes } });

describe('graphCallsOf', () => {
  it('sees calls between services from both ends, over internal spans', () => {
    const text = `
      GET [server] @gateway 0-20
        call [client] 1-11
          middleware @orders 2-10
            POST [server] @orders 3-9`;
    expect(calls(text)).toEqual([
      'caller -> service gateway NaN/20/NaN',
      'service gateway -> service orders 10/6/4',
    ]);
  });

  it('sees a call without a span of the client', () => {
    const text = 'GET [server] @gateway 0-20\n  POST [server] @orders 3-9';
    expect(calls(text)[1]).toBe('service gateway -> service orders NaN/6/NaN');
  });

  it('sees messages, with their time in the queue', () => {
    const text = 'send [producer] @orders 0-2\n  process [consumer] @mailer 7-9';
    expect(calls(text)).toEqual(['service orders ~> service mailer 2/2/5']);
  });

  it('sees messages by links to other traces', () => {
    const link = { links: [{ traceId: 'b'.repeat(32), spanId: '00000000000000ff' }] };
    const serviceOfSpan = (traceId: string, spanId: bigint): string | undefined =>
      traceId.startsWith('b') && spanId === 255n ? 'orders' : undefined;
    const text = 'process [consumer] @mailer 7-9';
    expect(calls(text, { process: link }, { serviceOfSpan })).toEqual([
      'service orders ~> service mailer NaN/2/NaN',
    ]);
    expect(calls(text, { process: link })).toEqual(['caller ~> service mailer NaN/2/NaN']);
  });

  it.each<[string, string, AnyAttributes, string]>([
    ['a service', 'client', { 'service.peer.name': 'tax', 'server.address': 'x' }, 'service tax'],
    [
      'a database',
      'client',
      { 'db.system.name': 'postgresql', 'db.namespace': 'shop' },
      'database postgresql/shop',
    ],
    ['a database by old names', 'client', { 'db.system': 'redis' }, 'database redis'],
    [
      'a broker',
      'producer',
      { 'messaging.system.name': 'kafka', 'messaging.destination.name': 'a' },
      'messaging kafka/a',
    ],
    ['an address', 'client', { 'server.address': 'api.x', 'server.port': 443 }, 'peer api.x:443'],
    ['an address by old names', 'client', { 'net.peer.name': 'api.x' }, 'peer api.x'],
  ])('sees %s that has no spans', (_case, kind, attributes, id) => {
    const arrow = kind === 'producer' ? '~>' : '->';
    expect(calls(`A [${kind}] @shop 0-2`, named('A', attributes))).toEqual([
      `service shop ${arrow} ${id} 2/NaN/NaN`,
    ]);
  });

  it('has no node for a call that names nothing', () => {
    expect(calls('A [client] @shop 0-2')).toEqual([]);
  });

  it('waits for the receiver until the trace is settled', () => {
    const extras = named('A', { 'server.address': 'x' });
    expect(calls('A [client] @shop 0-2', extras, { isSettled: false })).toEqual([]);
  });

  it('counts a call within a call once, but not a call of the service that was called', () => {
    const extras = {
      ...named('orm', { 'db.system.name': 'pg' }),
      ...named('driver', { 'db.system.name': 'pg' }),
    };
    expect(calls('orm [client] @a 0-4\n  work 1-3\n    driver [client] 1-2', extras)).toEqual([
      'service a -> database pg 1/NaN/NaN',
    ]);
    const text = 'call [client] @a 0-9\n  S [server] @b 1-8\n    driver [client] 2-3';
    expect(calls(text, extras)).toEqual([
      'service a -> service b 9/7/2',
      'service b -> database pg 1/NaN/NaN',
    ]);
  });

  it('shows messages of a service to itself by way of the broker', () => {
    const attributes = { 'messaging.system.name': 'bullmq', 'messaging.destination.name': 'mails' };
    const extras = { ...named('add', attributes), ...named('process', attributes) };
    expect(calls('add [producer] @a 0-1\n  process [consumer] 4-6', extras)).toEqual([
      'messaging bullmq/mails ~> service a 1/2/3',
      'service a ~> messaging bullmq/mails 1/NaN/NaN',
    ]);
  });

  it('leaves out calls of a service to itself, and work within a request', () => {
    expect(calls('S [server] @a 0-9\n  call [client] 1-8\n    T [server] 2-7')).toEqual([
      'caller -> service a NaN/9/NaN',
    ]);
    expect(calls('S [server] @a 0-9\n  message [server] 2-7')).toHaveLength(1);
  });

  it('leaves out what is running', () => {
    const extras = named('Q', { 'db.system.name': 'pg' });
    expect(calls('S [server] @a 0-\n  Q [client] 1-', extras)).toEqual([]);
    expect(calls('call [client] @a 0-\n  S [server] @b 1-3')).toEqual([
      'service a -> service b NaN/2/NaN',
    ]);
  });

  it('names what failed', () => {
    const text =
      'call [client failed] @a 0-9\n  S [server] @b 1-3\nQ [client failed] @a 10-11\nR [client failed] @a 12-13';
    const extras = {
      ...named('call', { 'rpc.status_code': 'UNAVAILABLE', 'error.type': 'UNAVAILABLE' }),
      ...named('Q', { 'db.system.name': 'pg', 'error.type': 'QueryFailedError' }),
      ...named('R', { 'db.system.name': 'pg' }),
    };
    expect(calls(text, extras).map((line) => line.split(' failed: ')[1])).toEqual([
      'UNAVAILABLE',
      'QueryFailedError',
      'error',
    ]);
  });

  it('takes a server below a parent that has not arrived as called from outside', () => {
    const extras = { S: { parentSpanId: '00000000000000ff' } };
    expect(calls('S [server] @a 0-9', extras)).toEqual(['caller -> service a NaN/9/NaN']);
  });
});
