import { describe, expect, it } from '@jest/globals';
import { maskUrlsOf, redactUrls } from '../../../../lib/http/client/url-message-mask.js';

describe('redactUrls', () => {
  it.each([
    ['no URL', 'no URL'],
    ['see https://shop.example/a?b=1.', 'see https://shop.example/a?b=1.'],
    ['at http://user:word@shop/a@b', 'at http://REDACTED:REDACTED@shop/a@b'],
    ['from http://sh op?token=t', 'from http://sh op?token=t'],
    ['from http://[bad?token=t&a=1 failed', 'from http://[bad?token=REDACTED&a=1 failed'],
    ['"redis://:word@cache:1/?sig=x"', '"redis://REDACTED:REDACTED@cache:1/?sig=REDACTED"'],
    ['http://a@b@c?d', 'http://REDACTED:REDACTED@c?d'],
  ])('makes %j %j', (text, redacted) => {
    expect(redactUrls(text)).toBe(redacted);
  });
});

describe('maskUrlsOf', () => {
  it('masks only messages with secrets', () => {
    expect(maskUrlsOf(new Error('http://user:word@shop'))).toBe('http://REDACTED:REDACTED@shop');
    expect(maskUrlsOf(new Error('http://shop/?a=1'))).toBeUndefined();
    expect(maskUrlsOf({ message: 7 })).toBeUndefined();
  });

  it('reads no more than spans show of a long message', () => {
    const masked = maskUrlsOf(new Error(`http://user:word@shop ${'http://a '.repeat(100_000)}`));
    expect(masked).toMatch(/^http:\/\/REDACTED:REDACTED@shop /);
    expect(masked?.length).toBeLessThan(9000);
  });
});
