import { describe, expect, it } from '@jest/globals';
import { isBaggageKey, parseMember, writeMember } from '../../../lib/propagation/baggage-member.js';

describe('isBaggageKey', () => {
  it('rule 33: accepts exactly the characters of an HTTP token', () => {
    const accepted = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)).filter(
      isBaggageKey,
    );
    expect(accepted.join('')).toBe(
      "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~",
    );
    expect(isBaggageKey('')).toBe(false);
  });
});

describe('parseMember', () => {
  it('reads only what is between the given places', () => {
    const header = 'x=0,a=1;p=2,y=3';
    expect(parseMember(header, 4, 11)).toMatchObject({
      key: 'a',
      entry: { value: '1' },
      length: 7,
    });
    expect(parseMember(header, 4, 6)).toMatchObject({ entry: { value: '' }, length: 2 });
    expect(parseMember(header, 4, 5)).toBeUndefined();
  });

  it('counts no whitespace around the member', () => {
    expect(parseMember('  a=1 \t', 0, 7)?.length).toBe(3);
  });
});

describe('writeMember', () => {
  it('rule 37: writes exactly the baggage octets as they are, without the percent sign', () => {
    const kept = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)).filter(
      (char) => writeMember('k', { value: char }) === `k=${char}`,
    );
    expect(kept.join('')).toBe(
      "!#$&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~",
    );
  });
});
