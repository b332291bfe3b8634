import { describe, expect, it } from '@jest/globals';
import { mediaTypeOf, refuseWebPage } from '../../../lib/export/web-page.js';

describe('refuseWebPage', () => {
  it.each([
    ['<html></html>', 'text/html'],
    ['anything', 'Text/HTML; charset=utf-8'],
    ['<html/>', 'application/xhtml+xml'],
    [' \r\n<!doctype html>', undefined],
  ])('refuses %j of the type %s', (body, contentType) => {
    expect(() => refuseWebPage({ body: Buffer.from(body), contentType })).toThrow(
      /^The response is a web page, so no receiver took the spans\./,
    );
  });

  it.each([
    ['', 'text/html'],
    ['{}', 'application/json'],
    ['ok', undefined],
    ['<', 'application/json'],
  ])('takes %j of the type %s', (body, contentType) => {
    expect(refuseWebPage({ body: Buffer.from(body), contentType })).toBeUndefined();
  });
});

describe('mediaTypeOf', () => {
  it.each([
    ['Application/JSON ; charset=utf-8', 'application/json'],
    ['', ''],
    [undefined, ''],
  ])('reads %j as %j', (contentType, type) => {
    expect(mediaTypeOf(contentType)).toBe(type);
  });
});
