import { describe, expect, it } from '@jest/globals';
import { lostContext } from '../../../../../lib/viewer/analysis/findings/context-lost.js';
import type { RunningRequest } from '../../../../../lib/viewer/analysis/findings/finding-context.js';
import { textsBy } from '../../../../support/findings-of-lines.js';

const REQUEST: RunningRequest = { traceId: 'b'.repeat(32), name: 'POST /orders' };

function found(text: string, requests: readonly RunningRequest[], extras = {}): string[] {
  return textsBy(lostContext, text, extras, { requestsAt: () => requests });
}

describe('lostContext', () => {
  it('finds a root inside the only request of its process', () => {
    expect(found('SELECT [client] 0-1', [REQUEST])).toEqual([
      `SELECT in app began while its process worked on POST /orders only (trace ${REQUEST.traceId}), but has no parent: its context was probably lost`,
    ]);
  });

  it.each([
    ['a request', 'GET [server] 0-1', [REQUEST]],
    ['a message', 'process [consumer] 0-1', [REQUEST]],
    [
      'a root beside several requests',
      'SELECT [client] 0-1',
      [REQUEST, { ...REQUEST, traceId: 'c' }],
    ],
    ['a root alone', 'SELECT [client] 0-1', []],
    ['its own trace', 'SELECT [client] 0-1', [{ ...REQUEST, traceId: 'a'.repeat(32) }]],
  ])('leaves out %s', (_case, text, requests) => expect(found(text, requests)).toEqual([]));

  it('leaves out roots that have not arrived', () => {
    expect(found('A 0-1', [REQUEST], { A: { parentSpanId: '00000000000000ff' } })).toEqual([]);
    expect(textsBy(lostContext, 'A 0-1')).toEqual([]);
  });

  it('asks about the process and the time of the root', () => {
    const asked: unknown[] = [];
    const requestsAt = (...args: unknown[]): RunningRequest[] => {
      asked.push(...args);
      return [];
    };
    textsBy(lostContext, 'A @shop 2-3\nB @shop 1-9', {}, { requestsAt });
    expect(asked).toEqual([{ service: 'shop' }, 1_700_000_000_001_000_000n]);
  });
});
