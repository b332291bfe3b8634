import { describe, expect, it } from '@jest/globals';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import { readLog, skimLogs, traceIdOfLog } from '../../../../lib/viewer/otlp/read-log.js';
import { attribute, type OtlpMembers } from '../../../support/otlp-requests.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

/** A `LogRecord` by hand, from `logs.proto`. */
const RECORD = [
  '09 0500000000000000', // time_unix_nano
  '10 09', // severity_number: INFO
  '1a 04 494e464f', // severity_text
  '2a 04 0a02 6f6b', // body
  '32 07 0a01 61 1202 1805', // attributes
  '38 02', // dropped_attributes_count
  `4a 10 ${'01'.repeat(16)}`, // trace_id
  `52 08 ${'02'.repeat(8)}`, // span_id
  '62 01 65', // event_name
]
  .join('')
  .replaceAll(' ', '');

const EMPTY = { resource: Buffer.alloc(0), scope: Buffer.alloc(0) };

function logsRequest(records: readonly OtlpMembers[]): Buffer {
  const resource = { attributes: [attribute('service.name', 'orders')] };
  const scopeLogs = [{ scope: { name: 'pino' }, logRecords: records }];
  const text = JSON.stringify({ resourceLogs: [{ scopeLogs, resource }] });
  return jsonToProtobuf(Buffer.from(text), LOGS_REQUEST) as Buffer;
}

describe('readLog', () => {
  it('reads all details of a record', () => {
    expect(readLog({ bytes: Buffer.from(RECORD, 'hex'), origin: EMPTY })).toStrictEqual({
      timeNanos: 5n,
      severityNumber: 9,
      severityText: 'INFO',
      body: 'ok',
      attributes: { a: 5 },
      traceId: '01'.repeat(16),
      spanId: '02'.repeat(8),
      eventName: 'e',
      droppedAttributesCount: 2,
      resource: { attributes: {} },
      scope: { name: '' },
    });
  });

  it('takes the time when a record was seen where it has no time of its own', () => {
    const bytes = Buffer.from('590700000000000000', 'hex');
    expect(readLog({ bytes, origin: EMPTY })).toMatchObject({ timeNanos: 7n });
  });

  it('has no ids for those of zeros and of another length', () => {
    const bytes = Buffer.from(`4a10${'00'.repeat(16)}520401020304`, 'hex');
    expect(readLog({ bytes, origin: EMPTY })).toMatchObject({ traceId: '', spanId: '' });
    expect(traceIdOfLog(bytes)).toBe('');
  });

  it('does not throw for damaged bytes', () => {
    const random = randomOfSeed(9);
    for (let round = 0; round < 3_000; round++) {
      const bytes = Buffer.from(RECORD, 'hex');
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const cut = bytes.subarray(0, Math.floor(random() * 2 * bytes.length));
      expect(typeof readLog({ bytes: cut, origin: EMPTY }).severityText).toBe('string');
    }
  });
});

describe('skimLogs', () => {
  it('gives each record with its resource and scope, wherever these stand', () => {
    const request = logsRequest([{ body: { stringValue: 'a' } }, { body: { stringValue: 'b' } }]);
    const logs: ReturnType<typeof readLog>[] = [];
    const result = skimLogs(request, (log) => logs.push(readLog(log)));
    expect(result).toEqual({ isReadable: true, logCount: 2 });
    expect(logs.map(({ body, resource, scope }) => [body, resource, scope])).toEqual(
      ['a', 'b'].map((body) => [
        body,
        { attributes: { 'service.name': 'orders' } },
        { name: 'pino' },
      ]),
    );
  });

  it.each([
    ['words', Buffer.from('not a request')],
    ['a number in place of logs', Buffer.from('0805', 'hex')],
    ['a request that breaks off', logsRequest([{ severityText: 'a' }]).subarray(0, -1)],
  ])('gives no record of %s', (_, request) => {
    const logs: unknown[] = [];
    const result = skimLogs(request, (log) => logs.push(log));
    expect([result, logs]).toEqual([{ isReadable: false, logCount: 0 }, []]);
  });
});
