import { describe, expect, it } from '@jest/globals';
import { CapturedFields } from '../../../lib/carriers/captured-fields.js';
import type { AttributeList } from '../../../lib/context/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';

const FIELDS: Record<string, unknown> = {
  one: 'a',
  several: ['b', 'c'],
  length: 3,
  'key-bin': [Buffer.from('ab')],
  absent: null,
  empty: [],
  secret: 's',
};
const SHOWN = { 'h.one': ['a'], 'h.several': ['b', 'c'], 'h.length': ['3'], 'h.key-bin': ['YWI='] };

function capturing(...names: string[]): CapturedFields<typeof FIELDS> | undefined {
  return CapturedFields.of('option', 'h.', (carrier, name) => carrier[name], names);
}

describe('CapturedFields', () => {
  const captured = capturing(' One ', 'SEVERAL', 'length', 'key-bin', 'absent', 'empty', 'missing');

  it('writes what was asked for as arrays of strings, by names in lower case', () => {
    const attributes = {};
    captured?.writeTo(attributes, FIELDS);
    expect(attributes).toEqual(SHOWN);
  });

  it('writes the same to a list, each field once', () => {
    const list: AttributeList = ['other', 1];
    capturing('one', 'ONE', 'missing')?.pushTo(list, FIELDS);
    expect(list).toEqual(['other', 1, 'h.one', ['a']]);
  });

  it('sets the same on a span', () => {
    const { tracer, recorder, close } = createTestTracing();
    const span = tracer.startSpan('request');
    captured?.setOn(span, FIELDS);
    span.end();
    expect(recorder.takeSpan().attributes).toEqual(SHOWN);
    close();
  });

  it('is none where no field is named', () => {
    expect(capturing()).toBeUndefined();
  });

  it.each([['one'], [[1]], [['']], [{}], [null]])('refuses %j as a list', (names) => {
    const read = (): undefined => undefined;
    expect(() => CapturedFields.of('the.option', 'h.', read, names as never)).toThrow(
      'the.option must be an array of non-empty strings',
    );
  });
});
