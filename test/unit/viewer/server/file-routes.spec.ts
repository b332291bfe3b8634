import { describe, expect, it } from '@jest/globals';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import {
  attribute,
  idOf,
  type OtlpMembers,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { storedTraceText } from '../../../support/stored-trace-text.js';
import {
  type TestAnswer,
  type TestViewer,
  viewersOfTest,
} from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const TRACE = idOf(1, 32);

async function startWith(spans: readonly OtlpMembers[]): Promise<TestViewer> {
  const viewer = await startViewer();
  viewer.store.receiveTraces(protobufRequest(requestOf(spans)));
  return viewer;
}

function importInto({ ask }: TestViewer, body: string | Buffer): Promise<TestAnswer> {
  const headers = { 'content-type': 'application/json' };
  return ask({ method: 'POST', path: '/api/import', headers, body });
}

/** The traces of a viewer as text, with their log records. */
function textOf({ store }: TestViewer): string[] {
  return [...store.entries()].map((entry) => {
    const logs = store.logs
      .ofTrace(entry.id)
      .map(({ spanId, body, severityText, scope, resource }) =>
        [
          spanId,
          String(body),
          severityText,
          scope.name,
          String(resource.attributes['service.name']),
        ].join(' '),
      );
    return [entry.id, storedTraceText(entry), ...logs].join('\n');
  });
}

describe('GET /api/export', () => {
  const spans = [
    spanOf(1, 1, { attributes: [attribute('n', 7)], status: { code: 2, message: 'no' } }),
    spanOf(2, 1, { events: [{ timeUnixNano: '5', name: 'e' }] }),
    spanOf(3, 1, { name: 'GET /health' }),
  ];

  const idsOf = async (viewer: TestViewer, search: string): Promise<number[]> => {
    const { status, headers, body } = await viewer.ask({ path: `/api/export${search}` });
    expect([status, headers['content-disposition']]).toEqual([
      200,
      'attachment; filename="traces.jsonl"',
    ]);
    const lines = body.toString().split('\n').slice(0, -1);
    return lines.map((line) =>
      Number.parseInt(JSON.parse(line).resourceSpans[0].scopeSpans[0].spans[0].traceId, 16),
    );
  };

  it.each([
    ['', [1, 2, 3]],
    ['?q=', [1, 2, 3]],
    [`?ids=${idOf(3, 32)},${idOf(9, 32)},${idOf(3, 32)},x`, [3]],
    [`?ids=`, []],
    ['?q=status:error', [1]],
    ['?q=-name:health', [1, 2]],
    ['?to=1', []],
    ['?q=nothing-of-this', []],
    [`?q=-name:health&ids=${idOf(3, 32)},${idOf(2, 32)}`, [2]],
  ])('writes the traces that are asked for: %s', async (search, expected) => {
    expect(await idsOf(await startWith(spans), search)).toEqual(expected);
  });

  it('writes them as they came', async () => {
    const { ask } = await startWith(spans);
    const lines = (await ask({ path: '/api/export' })).body.toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(spans.map((span) => requestOf([span])));
  });

  it.each(['q=status:', 'from=now'])('answers ?%s as the list does', async (search) => {
    const { ask } = await startWith(spans);
    const answer = await ask({ path: `/api/export?${search}` });
    const ofList = await ask({ path: `/api/traces?${search}` });
    expect([answer.status, answer.body]).toEqual([400, ofList.body]);
    expect(answer.headers).not.toHaveProperty('content-disposition');
  });
});

describe('POST /api/import', () => {
  const logRecords = [
    { traceId: TRACE, spanId: idOf(1, 16), timeUnixNano: '7', body: { stringValue: 'ü' } },
    { traceId: TRACE, severityText: 'WARN', body: { doubleValue: 0.5 } },
  ];
  const scopeLogs = [{ scope: { name: 'pino' }, logRecords }];
  const resource = { attributes: [attribute('service.name', 'orders')] };
  const logs = { resourceLogs: [{ resource, scopeLogs }] };

  it('takes what was exported: every trace and log record is equal', async () => {
    const from = await startWith([
      spanOf(1, 1, { kind: 2, attributes: [attribute('n', 7), attribute('text', 'a\n"b"')] }),
      spanOf(1, 2, { parentSpanId: idOf(1, 16), kind: 3, status: { code: 2, message: 'no' } }),
      spanOf(1, 3, {
        parentSpanId: idOf(2, 16),
        links: [{ traceId: idOf(2, 32), spanId: idOf(1, 16) }],
      }),
      spanOf(2, 1, {
        events: [{ timeUnixNano: '5', name: 'e', attributes: [attribute('b', true)] }],
      }),
    ]);
    const stock = requestOf([spanOf(1, 4, { parentSpanId: idOf(2, 16), kind: 2 })], {
      'service.name': 'stock',
    });
    from.store.receiveTraces(protobufRequest(stock));
    from.store.receiveLogs(
      jsonToProtobuf(Buffer.from(JSON.stringify(logs)), LOGS_REQUEST) as Buffer,
    );
    const { body } = await from.ask({ path: '/api/export' });
    const to = await startViewer();
    expect((await importInto(to, body)).json()).toEqual({ received: 5, refused: 0, duplicate: 0 });
    expect(textOf(to)).toEqual(textOf(from));
    expect(textOf(to).join('\n')).toContain(`${idOf(1, 16)} ü  pino orders`);
    expect((await to.ask({ path: '/api/export' })).body).toEqual(body);
    // Again, into both: everything is there already.
    for (const viewer of [to, from]) {
      const again = (await importInto(viewer, body)).json();
      expect(again).toEqual({ received: 5, refused: 0, duplicate: 5 });
      expect(textOf(viewer)).toEqual(textOf(from));
    }
  });

  it('takes protobuf, and says what was refused or is there already', async () => {
    const spans = [spanOf(1, 1), spanOf(2, 1)];
    const { ask } = await startWith(spans);
    const { status, json } = await ask({
      method: 'POST',
      path: '/api/import',
      headers: { 'content-type': 'application/x-protobuf' },
      body: protobufRequest(requestOf([...spans, spanOf(3, 1, { traceId: '' })])),
    });
    expect([status, json()]).toEqual([200, { received: 3, refused: 1, duplicate: 2 }]);
  });

  it('tells the format by the content, not by the header', async () => {
    const viewer = await startViewer();
    const path = '/api/import';
    const headers = { 'x-nestjs-traced': '1', 'content-type': 'application/octet-stream' };
    const body = JSON.stringify(requestOf([spanOf(1, 1)]));
    const { status } = await viewer.ask({ method: 'POST', path, headers, body });
    expect([status, viewer.store.counts().spans.stored]).toEqual([200, 1]);
  });

  it('refuses other files', async () => {
    const viewer = await startViewer();
    for (const body of ['words', '{"a":1}', '[', Buffer.from([0xff, 0xff])]) {
      const answer = await importInto(viewer, body);
      expect([answer.status, answer.body.toString()]).toEqual([
        400,
        'It is neither OTLP, in JSON or protobuf, nor JSON of Jaeger.\n',
      ]);
    }
    expect(viewer.server.counts().requests.unreadable).toBe(4);
  });
});
