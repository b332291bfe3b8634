import { describe, expect, it } from '@jest/globals';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import { protobufToJson } from '../../../../lib/viewer/otlp/protobuf-to-json.js';
import { type SkimmedLog, skimLogs } from '../../../../lib/viewer/otlp/read-log.js';
import { requestOfLogs } from '../../../../lib/viewer/store/log-request.js';
import { attribute } from '../../../support/otlp-requests.js';

describe('requestOfLogs', () => {
  it('puts the records of one sender together', () => {
    const resourceLogs = [
      {
        resource: { attributes: [attribute('service.name', 'orders')] },
        scopeLogs: [
          {
            scope: { name: 'pino' },
            logRecords: [{ body: { stringValue: 'a' } }, { severityText: 'WARN' }],
          },
        ],
      },
      { scopeLogs: [{ logRecords: [{ body: { stringValue: 'b' } }] }] },
    ];
    const json = Buffer.from(JSON.stringify({ resourceLogs }));
    const logs: SkimmedLog[] = [];
    skimLogs(jsonToProtobuf(json, LOGS_REQUEST) as Buffer, (log) => logs.push(log));
    // The order of the records does not separate those of a sender.
    const [first, second, third] = logs as [SkimmedLog, SkimmedLog, SkimmedLog];
    const request = requestOfLogs([first, third, second]);
    expect(JSON.parse(protobufToJson(request, LOGS_REQUEST))).toEqual({ resourceLogs });
  });

  it('is empty without records', () => expect(requestOfLogs([])).toHaveLength(0));
});
