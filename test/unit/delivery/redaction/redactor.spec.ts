import { describe, expect, it } from '@jest/globals';
import { Redactor } from '../../../../lib/delivery/redaction/redactor.js';
import { endedSpan } from '../../../support/span-source.js';

const LINKED = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

describe('Redactor', () => {
  it('redacts a span, its events and its links', () => {
    const span = endedSpan('work', (open) => {
      open.setAttributes({ 'user.password': 'hunter2', 'user.id': 7 });
      open.addEvent('login', { token: 'abc', step: 1 });
      open.addEvent('bare');
      open.addLink({ context: LINKED, attributes: { apiKey: 'k', role: 'reader' } });
      open.addLink({ context: LINKED });
    });
    new Redactor().redactSpan(span);
    expect(span.attributes).toEqual({ 'user.password': 'REDACTED', 'user.id': 7 });
    expect(span.events.map(({ attributes }) => attributes)).toEqual([
      { token: 'REDACTED', step: 1 },
      {},
    ]);
    expect(span.links.map(({ attributes }) => attributes)).toEqual([
      { apiKey: 'REDACTED', role: 'reader' },
      {},
    ]);
  });

  it('leaves a span alone that has nothing', () => {
    const span = endedSpan();
    new Redactor().redactSpan(span);
    expect([span.attributes, span.events, span.links]).toEqual([{}, [], []]);
  });

  it('replaces texts and numbers, and leaves the shape of arrays', () => {
    const attributes = {
      'a.token': 1234,
      'b.token': true,
      'c.token': ['x', null, 'y'],
      'd.token': [1, 2],
      'e.token': [true, false],
      other: ['z'],
    };
    expect(new Redactor({ replacement: '***' }).redactAttributes(attributes)).toEqual({
      'a.token': '***',
      'b.token': true,
      'c.token': ['***', null, '***'],
      'd.token': ['***', '***'],
      'e.token': [true, false],
      other: ['z'],
    });
    expect(attributes['a.token']).toBe(1234);
  });

  it.each([
    [
      { key: ['iban'] },
      'redaction must be true, false, or an object with keys, except, replacement',
    ],
    [[], 'redaction must be true, false, or an object'],
    ['yes', 'redaction must be true, false, or an object'],
    [{ replacement: 1 }, 'redaction.replacement must be a string'],
    [{ keys: 'iban' }, 'redaction.keys must be an array'],
  ])('refuses %j', (options, message) => {
    expect(() => new Redactor(options as never)).toThrow(message);
  });
});
