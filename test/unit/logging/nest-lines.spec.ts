import { describe, expect, it } from '@jest/globals';
import { maskMessage } from '../../../lib/context/index.js';
import { LogFeed } from '../../../lib/logging/log-feed.js';
import { feedNestLines, type NestLines, readNestCall } from '../../../lib/logging/nest-lines.js';
import { collectLogEntries } from '../../support/log-entries.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTestTracing = tracingsOfTest();
const STACK = 'RangeError: out\n    at work (file.js:1:2)';

function entriesOf(lines: Partial<NestLines>) {
  const entries = collectLogEntries(createTestTracing().tracer);
  feedNestLines(LogFeed.open() as LogFeed, {
    level: 'log',
    messages: [],
    context: undefined,
    stack: undefined,
    params: undefined,
    ...lines,
  });
  return entries;
}

const line = (body: unknown, attributes = {}) => ({
  severityText: 'log',
  severityNumber: 9,
  body,
  attributes,
  scopeName: '@nestjs/common',
});

describe('feedNestLines', () => {
  it('feeds a line for each message, with the context and the data', () => {
    expect(
      entriesOf({ messages: ['created', { id: 7 }], context: 'Orders', params: { order: 7 } }),
    ).toEqual([
      line('created', { order: 7, 'nestjs.context': 'Orders' }),
      line({ id: 7 }, { order: 7, 'nestjs.context': 'Orders' }),
    ]);
    expect(entriesOf({ messages: ['created'], context: '' })).toEqual([line('created')]);
  });

  it('feeds the first error with the first line', () => {
    const error = new RangeError('out');
    expect(entriesOf({ messages: ['failed', 'now', error] })).toEqual([
      { ...line('failed'), exception: error },
      line('now'),
    ]);
    expect(entriesOf({ messages: [error, 'now'] })).toEqual([
      { ...line('out'), exception: error },
      line('now'),
    ]);
    maskMessage(error, 'out of ?');
    expect(entriesOf({ messages: [error] })).toEqual([{ ...line('out of ?'), exception: error }]);
  });

  it('makes attributes of the stack of an error', () => {
    expect(entriesOf({ messages: ['out', 'now'], stack: STACK })).toEqual([
      line('out', {
        'exception.type': 'RangeError',
        'exception.message': 'out',
        'exception.stacktrace': STACK,
      }),
      line('now'),
    ]);
    expect(entriesOf({ messages: [{ id: 7 }], stack: '    at work' })).toEqual([
      line({ id: 7 }, { 'exception.stacktrace': '    at work' }),
    ]);
  });

  it('knows no severity of an unknown level', () => {
    expect(entriesOf({ messages: ['a'], level: 'audit' })[0]?.severityNumber).toBe(0);
  });
});

describe('readNestCall', () => {
  const nothing = { context: undefined, stack: undefined, params: undefined };
  const error = new Error('out');
  it.each<[string, unknown[], Partial<NestLines>]>([
    ['log', ['created'], { messages: ['created'] }],
    ['log', ['created', 'Orders'], { messages: ['created'], context: 'Orders' }],
    ['log', ['created', STACK], { messages: ['created'], context: STACK }],
    [
      'warn',
      ['low', { a: 1 }, 7, { b: 2 }, 'Stock'],
      { messages: ['low', 7], context: 'Stock', params: { a: 1, b: 2 } },
    ],
    ['error', ['out', STACK], { messages: ['out'], stack: STACK }],
    ['error', ['out', STACK, 'Orders'], { messages: ['out'], stack: STACK, context: 'Orders' }],
    ['error', ['out', undefined, 'Orders'], { messages: ['out'], context: 'Orders' }],
    ['fatal', ['out', error, 'Orders'], { messages: ['out', error], context: 'Orders' }],
    ['error', [{ id: 7 }], { messages: [{ id: 7 }] }],
    ['error', [], { messages: [] }],
  ])('reads %s(%j)', (level, args, expected) => {
    expect(readNestCall(level, args)).toEqual({ level, ...nothing, ...expected });
  });
});
