import { describe, expect, it } from '@jest/globals';
import {
  methodOfKnownPath,
  methodOfPath,
  parseCaller,
  rememberParsed,
} from '../../../lib/grpc/call-texts.js';

describe.each([
  ['methodOfPath', methodOfPath],
  ['methodOfKnownPath', methodOfKnownPath],
])('%s', (_, methodOf) => {
  it('takes the slash at the beginning away', () => {
    const paths = ['/shop.Orders/Find', 'shop.Orders/Find', ''];
    const methods = ['shop.Orders/Find', 'shop.Orders/Find', ''];
    expect(paths.map((path) => methodOf(path))).toEqual(methods);
  });

  it('says the same of more paths than can be remembered', () => {
    const methods = Array.from({ length: 1200 }, (_, index) => `shop.Orders/Find${index}`);
    for (let time = 0; time < 2; time++) {
      expect(methods.map((method) => methodOf(`/${method}`))).toEqual(methods);
    }
  });
});

describe('parseCaller', () => {
  it.each([
    ['10.0.0.7:4711', '10.0.0.7', 4711],
    ['::1:4711', '::1', 4711],
  ])('%s', (text, remoteAddress, remotePort) => {
    expect(parseCaller(text)).toEqual({ remoteAddress, remotePort });
  });

  it.each(['unknown', '', undefined])('knows no address of %s', (text) => {
    expect(parseCaller(text)).toBeUndefined();
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
