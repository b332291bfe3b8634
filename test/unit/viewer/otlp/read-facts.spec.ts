import { describe, expect, it } from '@jest/globals';
import {
  columnsFromSpans,
  FACT_COUNT,
  Fact,
  FactColumnsBuilder,
  NO_FACT,
  type RowLink,
  StringTable,
} from '../../../../lib/viewer/analysis/index.js';
import { readFacts } from '../../../../lib/viewer/otlp/read-facts.js';
import { readSpan } from '../../../../lib/viewer/otlp/read-span.js';
import { skimSpans } from '../../../../lib/viewer/otlp/skim-spans.js';
import {
  attribute,
  type OtlpMembers,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';

const SPANS: readonly OtlpMembers[] = [
  spanOf(1, 1, {
    attributes: [
      attribute('http.request.method', 'GET'),
      attribute('http.response.status_code', 502),
      attribute('not.a.fact', 'x'),
      attribute('http.route', '/orders/:id'),
    ],
    status: { code: 2, message: 'Bad gateway' },
  }),
  spanOf(1, 2),
  spanOf(1, 3, {
    attributes: [
      attribute('db.system', 'postgres'),
      attribute('db.system.name', 'postgresql'),
      attribute('db.query.parameter.1', 'b'),
      attribute('db.query.parameter.0', 7),
    ],
    events: [
      { name: 'log', attributes: [attribute('exception.type', 'NotThisOne')] },
      {
        name: 'exception',
        attributes: [
          attribute('exception.type', 'RangeError'),
          attribute('exception.message', 'no'),
          attribute('exception.stacktrace', 'RangeError: no\n    at find (/app/shelf.ts:31:7)'),
        ],
      },
    ],
    links: [{ traceId: 'b'.repeat(32), spanId: 'c'.repeat(16) }],
  }),
];

function messagesOf(spans: readonly OtlpMembers[]): Buffer[] {
  const messages: Buffer[] = [];
  skimSpans(protobufRequest(requestOf(spans)), {
    receive: ({ bytes, start, stop }) => messages.push(Buffer.from(bytes.subarray(start, stop))),
  });
  return messages;
}

function factsOf(messages: readonly Buffer[]) {
  const strings = new StringTable();
  const builder = new FactColumnsBuilder(strings);
  const links: RowLink[] = [];
  for (const [row, message] of messages.entries()) readFacts(message, row, builder, links);
  const facts = builder.build();
  const values = messages.map((_, row) =>
    Array.from({ length: FACT_COUNT }, (_, fact) => {
      const value = facts.valueOf(row, fact as Fact);
      return value === NO_FACT ? undefined : value;
    }),
  );
  return { strings: strings.strings, values, links };
}

describe('readFacts', () => {
  it('reads from bytes what the analysis reads from records', () => {
    const messages = messagesOf(SPANS);
    const { strings, values, links } = factsOf(messages);
    const trace = columnsFromSpans(messages.map((message) => readSpan(message)));
    const textOf = (table: readonly string[], fact: number, value: number | undefined) =>
      value === undefined || [Fact.HTTP_STATUS as number].includes(fact) ? value : table[value];
    const expected = messages.map((_, row) =>
      Array.from({ length: FACT_COUNT }, (_, fact) => {
        const value = trace.facts.valueOf(row, fact as Fact);
        return textOf(trace.strings, fact, value === NO_FACT ? undefined : value);
      }),
    );
    const read = values.map((row) => row.map((value, fact) => textOf(strings, fact, value)));
    expect(read).toEqual(expected);
    expect(links).toEqual(trace.links);
  });

  it('reads the exception, the parameters in order, and the message of the status', () => {
    const { strings, values } = factsOf(messagesOf(SPANS));
    const text = (row: number, fact: Fact) => strings[values[row]?.[fact] as number];
    expect(text(0, Fact.STATUS_MESSAGE)).toBe('Bad gateway');
    expect(values[0]?.[Fact.HTTP_STATUS]).toBe(502);
    expect(text(2, Fact.EXCEPTION_TYPE)).toBe('RangeError');
    expect(text(2, Fact.EXCEPTION_FRAME)).toBe('/app/shelf.ts:31:7');
    expect(text(2, Fact.DB_PARAMETERS)).toBe('0=7, 1=b');
    expect(text(2, Fact.DB_SYSTEM)).toBe('postgresql');
  });

  it('reads a value that stands before its key, as protobuf allows', () => {
    // Span.attributes: KeyValue with the value first.
    const value = Buffer.from('12 05 0a03 474554'.replaceAll(' ', ''), 'hex');
    const key = Buffer.concat([Buffer.from([0x0a, 19]), Buffer.from('http.request.method')]);
    const keyValue = Buffer.concat([value, key]);
    const span = Buffer.concat([Buffer.from([0x4a, keyValue.length]), keyValue]);
    const { strings, values } = factsOf([span]);
    expect(strings[values[0]?.[Fact.HTTP_METHOD] as number]).toBe('GET');
  });

  it('does not throw for damaged bytes', () => {
    const [, , message] = messagesOf(SPANS) as [Buffer, Buffer, Buffer];
    for (let at = 0; at < message.length; at++) {
      const damaged = Buffer.from(message);
      damaged[at] = 0xff;
      expect(factsOf([damaged]).values).toHaveLength(1);
    }
  });
});
