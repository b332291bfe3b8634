import { describe, expect, it } from '@jest/globals';
import {
  parseRefusal,
  parseResponse,
  readExportResponse,
} from '../../../../lib/export/otlp/response.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { writeResponse } from './read-otlp.js';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const NOTHING = Buffer.alloc(0);

describe('parseResponse', () => {
  const partial = { rejectedSpans: 7, errorMessage: 'too old' };
  const expected = { rejectedCount: 7, errorMessage: 'too old' };

  it('reads what was rejected, in both forms', () => {
    const binary = writeResponse({ partialSuccess: partial });
    expect(parseResponse({ body: binary, contentType: PROTOBUF_TYPE }, PROTOBUF_TYPE)).toEqual(
      expected,
    );
    const json = Buffer.from('{"partialSuccess":{"rejectedSpans":"7","errorMessage":"too old"}}');
    expect(
      parseResponse({ body: json, contentType: 'application/json; charset=utf-8' }, JSON_TYPE),
    ).toEqual(expected);
  });

  it('reads binary bytes that were typed by hand', () => {
    const bytes = Buffer.from('0a0b080712 07746f6f206f6c64'.replace(' ', ''), 'hex');
    expect(parseResponse({ body: bytes, contentType: PROTOBUF_TYPE }, PROTOBUF_TYPE)).toEqual(
      expected,
    );
  });

  it('takes a number for a number in JSON too', () => {
    const json = Buffer.from('{"partialSuccess":{"rejectedSpans":7}}');
    expect(parseResponse({ body: json, contentType: JSON_TYPE }, JSON_TYPE)).toEqual({
      rejectedCount: 7,
      errorMessage: '',
    });
  });

  it('reads a warning without rejected spans', () => {
    const bytes = writeResponse({ partialSuccess: { errorMessage: 'old version' } });
    expect(parseResponse({ body: bytes, contentType: PROTOBUF_TYPE }, PROTOBUF_TYPE)).toEqual({
      rejectedCount: 0,
      errorMessage: 'old version',
    });
  });

  it.each<[string, Buffer, string | undefined]>([
    ['no body', NOTHING, undefined],
    ['no body of whatever type', NOTHING, 'text/html'],
    ['an empty object', Buffer.from('{}'), JSON_TYPE],
    ['an empty partial success', Buffer.from('{"partialSuccess":{}}'), JSON_TYPE],
    ['an empty binary partial success', writeResponse({ partialSuccess: {} }), PROTOBUF_TYPE],
    ['fields that are not known', Buffer.from('1a03666f6f', 'hex'), PROTOBUF_TYPE],
  ])('takes %s for success', (_, body, type) => {
    expect(parseResponse({ body: body, contentType: type }, PROTOBUF_TYPE)).toBeUndefined();
  });

  it('takes an answer that does not say its type to be of the request’s', () => {
    expect(
      parseResponse({ body: Buffer.from('{}'), contentType: undefined }, JSON_TYPE),
    ).toBeUndefined();
    expect(() =>
      parseResponse({ body: Buffer.from('{}'), contentType: undefined }, PROTOBUF_TYPE),
    ).toThrow(RangeError);
  });

  it.each<[string, string, string]>([
    ['a page', '<html>', 'text/html'],
    ['broken JSON', '{"partialSucc', JSON_TYPE],
    ['JSON that is no object', '5', JSON_TYPE],
    ['null', 'null', JSON_TYPE],
    ['broken bytes', '\u0008', PROTOBUF_TYPE],
  ])('refuses %s', (_, body, type) => {
    expect(() => parseResponse({ body: Buffer.from(body), contentType: type }, JSON_TYPE)).toThrow(
      Error,
    );
  });

  it('shortens a message that would not fit into a log', () => {
    const errorMessage = `first\nsecond ${'x'.repeat(10_000)}`;
    const bytes = writeResponse({ partialSuccess: { rejectedSpans: 1, errorMessage } });
    const message =
      parseResponse({ body: bytes, contentType: PROTOBUF_TYPE }, PROTOBUF_TYPE)?.errorMessage ?? '';
    expect(message).toMatch(/^first second x+…$/);
    expect(message.length).toBeLessThan(600);
  });
});

describe('parseRefusal', () => {
  it.each<[string, Buffer, string | undefined, string | undefined]>([
    ['a JSON status', Buffer.from('{"code":3,"message":"bad span"}'), JSON_TYPE, 'bad span'],
    [
      'a binary status',
      Buffer.from('0803120862616420 7370616e'.replace(' ', ''), 'hex'),
      PROTOBUF_TYPE,
      'bad span',
    ],
    ['plain text', Buffer.from('bad\r\nspan\n'), 'text/plain; charset=utf-8', 'bad span'],
    ['a page', Buffer.from('<html>'), 'text/html', undefined],
    ['broken JSON', Buffer.from('{'), JSON_TYPE, undefined],
    ['JSON without a message', Buffer.from('{}'), JSON_TYPE, undefined],
    ['JSON null', Buffer.from('null'), JSON_TYPE, undefined],
    ['broken bytes', Buffer.from([8]), PROTOBUF_TYPE, undefined],
    ['nothing', NOTHING, PROTOBUF_TYPE, undefined],
    ['no type', Buffer.from('words'), undefined, undefined],
  ])('reads the reason from %s', (_, body, type, reason) => {
    expect(parseRefusal(body, type)).toBe(reason);
  });
});

function read(text: string, contentType: string | undefined = 'application/json') {
  const diagnostics = new ReadDiagnostics();
  const partial = readExportResponse(
    { body: Buffer.from(text), contentType },
    'application/x-protobuf',
    diagnostics,
  );
  return { partial, lines: diagnostics.lines };
}

describe('readExportResponse', () => {
  it.each(['', '{}'])('reports nothing of full success: %j', (text) => {
    expect(read(text)).toEqual({ partial: undefined, lines: [] });
  });

  it('reports a warning', () => {
    const { partial, lines } = read('{"partialSuccess":{"errorMessage":"odd clock"}}');
    expect(partial).toEqual({ rejectedCount: 0, errorMessage: 'odd clock' });
    expect(lines).toEqual(['The OTLP server accepted a batch with a warning: odd clock']);
  });

  it('reports how many spans were rejected, and the reason that was given', () => {
    expect(read('{"partialSuccess":{"rejectedSpans":"2"}}')).toEqual({
      partial: { rejectedCount: 2, errorMessage: '' },
      lines: ['The OTLP server rejected spans of a batch: 2 of them, no reason given'],
    });
  });

  it.each([
    ['a web page', '<html>', 'text/html; charset=utf-8', /^The response is a web page, so no/],
    ['another type', 'ok', 'text/plain', /^The response is of the type text\/plain, so it is not/],
  ])('refuses %s: no receiver took the spans', (_, text, contentType, message) => {
    expect(() => read(text, contentType)).toThrow(message);
  });

  it('reads a broken body of a receiver as success, and reports it', () => {
    const { partial, lines } = read('{"partialSucc');
    expect(partial).toBeUndefined();
    expect(lines).toEqual([
      expect.stringMatching(
        /its response is not an OTLP response; check that the URL is that of an OTLP receiver: /,
      ),
    ]);
  });
});
