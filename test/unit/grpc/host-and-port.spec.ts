import { describe, expect, it } from '@jest/globals';
import { parseHostAndPort, rememberParsed } from '../../../lib/grpc/host-and-port.js';

describe('parseHostAndPort', () => {
  it.each([
    ['orders', 'orders', undefined],
    ['orders:50051', 'orders', 50051],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['[::1]:50051', '::1', 50051],
    ['[fe80::1%eth0]', 'fe80::1%eth0', undefined],
    ['::1', '::1', undefined],
  ])('%s', (text, host, port) => {
    expect(parseHostAndPort(text)).toEqual({ host, port });
  });

  it.each(['', 'a:b', 'a:70000', 'a/b', '1.2.3.4:1,5.6.7.8:1', '[x]:1'])('refuses %j', (text) => {
    expect(parseHostAndPort(text)).toBeUndefined();
  });
});

describe('rememberParsed', () => {
  it('reads a text once, and no longer remembers what comes after a hundred', () => {
    const parsed: string[] = [];
    const remembered = rememberParsed((text) => {
      parsed.push(text);
      return { text };
    });
    const texts = Array.from({ length: 101 }, (_, index) => String(index));
    for (const text of [...texts, ...texts]) expect(remembered(text)).toEqual({ text });
    expect(parsed).toEqual([...texts, '100']);
  });

  it('remembers as many as it is told to', () => {
    const parsed: string[] = [];
    const remembered = rememberParsed((text) => parsed.push(text), 1);
    for (const text of ['a', 'b', 'a', 'b']) remembered(text);
    expect(parsed).toEqual(['a', 'b', 'b']);
  });

  it('remembers too that a text says nothing', () => {
    let count = 0;
    const remembered = rememberParsed(() => {
      count++;
      return null;
    });
    expect([remembered('?'), remembered('?'), count]).toEqual([null, null, 1]);
  });
});
