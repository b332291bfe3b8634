import { describe, expect, it } from '@jest/globals';
import { checkInstrument } from '../../../lib/context/instruments.js';
import { TracingConfigError } from '../../../lib/errors.js';

describe('checkInstrument', () => {
  it.each([
    ['an empty name', () => checkInstrument('', {})],
    ['a name that begins with a digit', () => checkInstrument('1st', {})],
    ['a name with a space', () => checkInstrument('my metric', {})],
    ['a name of 256 characters', () => checkInstrument('a'.repeat(256), {})],
    ['a name that is none', () => checkInstrument(undefined as never, {})],
    ['a long unit', () => checkInstrument('a', { unit: 'x'.repeat(64) })],
    ['a unit with other characters', () => checkInstrument('a', { unit: 'µs' })],
    ['a description that is none', () => checkInstrument('a', { description: 1 as never })],
    ['bounds that descend', () => checkInstrument('a', { bounds: [2, 1] })],
    ['bounds that are none', () => checkInstrument('a', { bounds: [Number.NaN] })],
  ])('refuses %s', (_, create) => {
    expect(create).toThrow(TracingConfigError);
  });

  it('accepts what the specification allows', () => {
    const name = 'Orders/placed_2-x.y';
    expect(() => checkInstrument(name, { unit: '{order}/s', bounds: [-1, 0, 1e9] })).not.toThrow();
    expect(() => checkInstrument('a', {})).not.toThrow();
  });
});
