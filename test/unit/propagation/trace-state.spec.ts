import { describe, expect, it } from '@jest/globals';
import { TraceState } from '../../../lib/propagation/index.js';

describe('TraceState', () => {
  it('gives the value of a key', () => {
    const state = TraceState.parse('foo=1,bar= 2');
    expect(state.get('foo')).toBe('1');
    expect(state.get('bar')).toBe(' 2');
    expect(state.get('baz')).toBeUndefined();
  });

  it('is empty where one member breaks the grammar', () => {
    const state = TraceState.parse('foo=1,BAR=2');
    expect(state.get('foo')).toBeUndefined();
    expect(state.serialize()).toBe('');
    expect(state.set('new', '1').serialize()).toBe('new=1');
  });

  it('is never changed', () => {
    const state = TraceState.parse('foo=1');
    state.set('foo', '2').unset('foo');
    expect(state.serialize()).toBe('foo=1');
  });

  it('hands on the very text it came as', () => {
    const text = 'foo=1,bar=2';
    expect(TraceState.parse(text).serialize()).toBe(text);
  });

  it.each([
    ['bar', '9', 'bar=9,foo=1,baz=3'],
    ['foo', '9', 'foo=9,bar=2,baz=3'],
    ['new', '9', 'new=9,foo=1,bar=2,baz=3'],
  ])('rule 27: puts %s first and keeps the order of the others', (key, value, expected) => {
    expect(TraceState.parse('foo=1,bar=2,baz=3').set(key, value).serialize()).toBe(expected);
  });

  it('rule 27: keeps duplicates that came in, and leaves none of a key that is set', () => {
    const state = TraceState.parse('foo=1,bar=2,foo=3');
    expect(state.serialize()).toBe('foo=1,bar=2,foo=3');
    expect(state.get('foo')).toBe('1');
    expect(state.set('foo', '4').serialize()).toBe('foo=4,bar=2');
    expect(state.unset('foo').serialize()).toBe('bar=2');
  });

  it('rule 26: keeps 32 members, of which the last gives way to a new one', () => {
    const members = Array.from({ length: 32 }, (_, i) => `k${i}=${i}`);
    const state = TraceState.parse(members.join(','));
    expect(state.serialize()).toBe(members.join(','));
    expect(state.set('new', '1').serialize()).toBe(`new=1,${members.slice(0, -1).join(',')}`);
    expect(state.set('k7', 'x').serialize().split(',')).toHaveLength(32);
  });

  it('rule 26: discards 33 members', () => {
    const members = Array.from({ length: 33 }, (_, i) => `k${i}=${i}`);
    expect(TraceState.parse(members.join(',')).serialize()).toBe('');
  });

  it('rule 28: sends 512 characters whole', () => {
    const members = Array.from({ length: 4 }, (_, i) => `k${i}=${'v'.repeat(124)}`);
    const text = `${members.join(',')}v`;
    expect(text).toHaveLength(512);
    expect(TraceState.parse(text).serialize()).toBe(text);
  });

  it('rule 28: leaves out whole members above 512 characters, those over 128 first', () => {
    const large = (key: string) => `${key}=${'v'.repeat(198)}`;
    const small = (key: string) => `${key}=${'v'.repeat(98)}`;
    expect(
      TraceState.parse([large('a'), small('b'), large('c'), small('d')].join(',')).serialize(),
    ).toBe([large('a'), small('b'), small('d')].join(','));
    const smalls = ['a', 'b', 'c', 'd', 'e', 'f'].map(small);
    expect(TraceState.parse(smalls.join(',')).serialize()).toBe(smalls.slice(0, 5).join(','));
  });

  it('refuses keys and values that break the grammar', () => {
    const state = TraceState.parse('foo=1');
    expect(state.set('FOO', '1')).toBe(state);
    expect(state.set('', '1')).toBe(state);
    expect(state.set('bar', 'a=b')).toBe(state);
    expect(state.set('bar', '')).toBe(state);
    expect(state.set('bar', 'a\nb')).toBe(state);
    expect(state.set('bar', 'v'.repeat(257))).toBe(state);
  });

  it('is the same after taking out what is not there', () => {
    const state = TraceState.parse('foo=1');
    expect(state.unset('bar')).toBe(state);
    expect(state.unset('foo').serialize()).toBe('');
  });
});
