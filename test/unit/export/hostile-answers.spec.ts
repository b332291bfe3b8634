import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { readFields } from '../../../lib/export/otlp/protobuf-reader.js';
import { parseRefusal, readExportResponse } from '../../../lib/export/otlp/response.js';
import { isTooLong, troubleOf } from '../../../lib/export/otlp-grpc/grpc-trouble.js';
import { retryDelay } from '../../../lib/export/otlp-grpc/retry-delay.js';
import { parseRetryAfter } from '../../../lib/export/transport/retry-policy.js';
import { untrustedTextSuite } from '../../suites/untrusted-text.suite.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';

const PROTOBUF = 'application/x-protobuf';
const SIZES = [16 * 1024, 1024 * 1024];

function grpcFailure(code: number, details: string, status?: Buffer) {
  const metadata = { get: () => (status === undefined ? [] : [status]) };
  return Object.assign(new Error(`${code} X: ${details}`), { code, details, metadata });
}

untrustedTextSuite({
  name: 'parseRetryAfter',
  parse: (text) => parseRetryAfter(text, 0),
  heads: ['Mon, 01 Jan 2024 00:00:00 ', '1'],
  maxWork: 500,
});
untrustedTextSuite({
  name: 'parseRefusal of plain text',
  parse: (text) => parseRefusal(Buffer.from(text), 'text/plain'),
  maxWork: 5000,
});
untrustedTextSuite({
  name: 'isTooLong',
  parse: (text) => isTooLong(grpcFailure(8, text), 1000),
  heads: ['Received message larger than max (', 'exceeds '],
  maxWork: 5000,
});
untrustedTextSuite({
  name: 'troubleOf',
  parse: (text) => troubleOf(grpcFailure(8, text), 1000),
  heads: ['Received message larger than max ('],
  maxWork: 5000,
});

/** A message of so many bytes that consists of one field, again and again. */
function repeated(hex: string, length: number): Buffer {
  return Buffer.alloc(length, Buffer.from(hex, 'hex'));
}

/** A field of bytes, as it stands in a message. */
function field(number: number, content: Buffer): Buffer {
  const head = [number * 8 + 2];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...head, rest]), content]);
}

const MESSAGES: [string, (length: number) => Buffer][] = [
  ['numbers', (length) => repeated('0801', length)],
  ['empty partial successes', (length) => repeated('0a00', length)],
  ['unknown fields', (length) => repeated('fa3f00', length)],
  ['a partial success of numbers', (length) => field(1, repeated('0801', length))],
  ['a partial success of messages', (length) => field(1, repeated('120141', length))],
  ['a long message', (length) => field(1, field(2, Buffer.alloc(length, 'x')))],
  ['nothing but tags', (length) => repeated('ff', length)],
];

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(MESSAGES)('an answer in protobuf of %s', (_, messageOf) => {
  it.each(SIZES)('makes the same bounded work for %i bytes', (length) => {
    const cut = jest.spyOn(Buffer.prototype, 'subarray');
    const decoded = jest.spyOn(Buffer.prototype, 'toString');
    const body = messageOf(length);
    const response = { body, contentType: PROTOBUF };
    const diagnostics = new ReadDiagnostics();
    const partial = readExportResponse(response, PROTOBUF, diagnostics);
    const refusal = parseRefusal(body, PROTOBUF);
    const delay = retryDelay(grpcFailure(8, 'busy', body));
    expect(cut.mock.calls.length).toBeLessThan(5000);
    for (const text of decoded.mock.results) expect(String(text.value).length).toBeLessThan(3000);
    expect((partial?.errorMessage ?? '').length).toBeLessThan(600);
    expect((refusal ?? '').length).toBeLessThan(600);
    expect(delay).toBe('never');
    for (const line of diagnostics.lines) expect(line.length).toBeLessThan(1500);
  });
});

describe('readFields with a limit', () => {
  it('stops at the first field too many, however many follow', () => {
    for (const length of SIZES) {
      expect(() => readFields(repeated('0801', length), 1000)).toThrow(/more than 1000 fields/);
    }
    expect(readFields(repeated('0801', 2000), 1000)).toHaveLength(1000);
  });
});

describe('an answer in JSON', () => {
  it.each<[string, (length: number) => string]>([
    ['of nested arrays', (length) => '['.repeat(length / 2) + ']'.repeat(length / 2)],
    [
      'with a nested message',
      (length) =>
        `{"partialSuccess":{"errorMessage":${'['.repeat(length / 2)}${']'.repeat(length / 2)}}}`,
    ],
    [
      'with a long number',
      (length) => `{"partialSuccess":{"rejectedSpans":"${'9'.repeat(length)}"}}`,
    ],
    [
      'with a long message',
      (length) => `{"partialSuccess":{"errorMessage":"${'\\n'.repeat(length / 2)}"}}`,
    ],
    ['of many members', (length) => `{${'"a":1,'.repeat(length / 6)}"b":1}`],
    ['that is broken', (length) => '{"a":'.repeat(length / 5)],
  ])('%s is parsed once, whatever its size', (_, textOf) => {
    for (const length of SIZES) {
      const parse = jest.spyOn(JSON, 'parse');
      const diagnostics = new ReadDiagnostics();
      const response = { body: Buffer.from(textOf(length)), contentType: 'application/json' };
      const partial = readExportResponse(response, 'application/json', diagnostics);
      expect(parse).toHaveBeenCalledTimes(1);
      expect((partial?.errorMessage ?? '').length).toBeLessThan(600);
      expect(partial?.rejectedCount ?? 0).toBe(0);
      for (const line of diagnostics.lines) expect(line.length).toBeLessThan(1500);
      parse.mockRestore();
      expect((parseRefusal(response.body, 'application/json') ?? '').length).toBeLessThan(600);
    }
  });
});
