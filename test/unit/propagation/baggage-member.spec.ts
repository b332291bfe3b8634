import { describe, expect, it } from '@jest/globals';
import {
  isBaggageKey,
  lengthOf,
  parseMember,
  positionOf,
  writeMember,
} from '../../../lib/propagation/baggage-member.js';

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
    expect(parseMember(header, 4, 11)).toMatchObject({ key: 'a', entry: { value: '1' } });
    expect(parseMember(header, 4, 6)).toMatchObject({ entry: { value: '' } });
    expect(parseMember(header, 4, 5)).toBeUndefined();
  });
});

describe('lengthOf', () => {
  it('counts no white space around the member', () => {
    expect(lengthOf('  a=1 \t', 0, 7)).toBe(3);
    expect(lengthOf('x,  ,y', 2, 4)).toBe(0);
  });
});

describe('positionOf', () => {
  it('looks only between the given places', () => {
    expect(positionOf('a=b,c=d', 0x3d, 2, 5)).toBe(5);
    expect(positionOf('a=b,c=d', 0x3d, 2, 7)).toBe(5);
    expect(positionOf('a=b,c=d', 0x3d, 0, 7)).toBe(1);
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
