import { SpanKind, type SpanRecord, SpanStatus } from '../../lib/viewer/analysis/index.js';
import { writeOtlpJson } from '../../lib/viewer/formats/index.js';
import { jsonToProtobuf } from '../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST, TRACE_REQUEST } from '../../lib/viewer/otlp/otlp-schema.js';
import type { TraceStore } from '../../lib/viewer/store/trace-store.js';
import { idOf } from './otlp-requests.js';
import { type SpanExtras, spansOfLines } from './trace-of-lines.js';

/** When the traces of this file were, in epoch milliseconds. */
export const TRACES_AT_MILLIS = 1_700_000_000_000;

const SPANS_OF_REQUEST = 5_000;

/** Stores spans as if their processes had sent them. */
export function storeSpans(store: TraceStore, spans: readonly SpanRecord[]): void {
  for (let from = 0; from < spans.length; from += SPANS_OF_REQUEST) {
    const json = writeOtlpJson(spans.slice(from, from + SPANS_OF_REQUEST));
    const result = store.receiveTraces(jsonToProtobuf(Buffer.from(json), TRACE_REQUEST) as Buffer);
    if (!result.isReadable || result.refusedCount > 0) throw new Error('The spans are refused.');
  }
}

/** A log record of a span. */
export interface LoggedLine {
  readonly span: SpanRecord;
  /** Milliseconds after the start of the span. */
  readonly after: number;
  readonly severity: 'INFO' | 'WARN' | 'ERROR';
  readonly body: string;
}

const SEVERITIES = { INFO: 9, WARN: 13, ERROR: 17 } as const;

/** Stores log records as if the process of their spans had sent them. */
export function storeLogs(store: TraceStore, lines: readonly LoggedLine[]): void {
  const resourceLogs = lines.map(({ span, after, severity, body }) => ({
    resource: {
      attributes: Object.entries(span.resource?.attributes ?? {}).map(([key, value]) => ({
        key,
        value: { stringValue: String(value) },
      })),
    },
    scopeLogs: [
      {
        scope: { name: 'logger' },
        logRecords: [
          {
            timeUnixNano: String(span.startNanos + BigInt(after * 1e6)),
            severityNumber: SEVERITIES[severity],
            severityText: severity,
            body: { stringValue: body },
            traceId: span.traceId,
            spanId: span.spanId,
          },
        ],
      },
    ],
  }));
  const json = Buffer.from(JSON.stringify({ resourceLogs }));
  store.receiveLogs(jsonToProtobuf(json, LOGS_REQUEST) as Buffer);
}

/** A trace with the id of a small number that starts some seconds after {@link TRACES_AT_MILLIS}. */
function trace(number: number, second: number, text: string, extras?: SpanExtras): SpanRecord[] {
  const shift = BigInt(Math.round(second * 1_000)) * 1_000_000n;
  return spansOfLines(text, extras).map((span) => ({
    ...span,
    traceId: idOf(number, 32),
    startNanos: span.startNanos + shift,
    ...(span.endNanos === undefined ? {} : { endNanos: span.endNanos + shift }),
  }));
}

const OFFLINE_STACK = `WarehouseOfflineError: The north warehouse does not answer
    at Warehouse.findShelf (/app/inventory/warehouse.ts:31:11)
    at StockService.reserve (/app/inventory/stock-service.ts:18:30)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;

/** An order that fails, because the warehouse of its third service does not answer. */
export function failedOrder(number = 1, second = 0): SpanRecord[] {
  const at = BigInt(TRACES_AT_MILLIS + second * 1_000 + 11) * 1_000_000n;
  const exception = {
    'exception.type': 'WarehouseOfflineError',
    'exception.message': 'The north warehouse does not answer',
    'exception.stacktrace': OFFLINE_STACK,
  };
  return trace(
    number,
    second,
    `
    POST /orders [server failed] @gateway 0-16.2
      POST [client failed] @gateway 2-15.8
        POST /orders/new [server failed] @orders 2.9-15.1
          PricingService.price @orders 3.4-5.1
          PricingService.discount @orders 5.1-6.4
          reserve items [failed] @orders 6.9-14.2
            Stock/Reserve [client failed] @orders 7.3-13.9
              stock.Stock/Reserve [server failed] @inventory 8.2-13.1
                Warehouse.findShelf [failed] @inventory 8.6-12.4
    `,
    {
      'POST /orders': {
        statusMessage: 'Bad gateway',
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/orders',
          'http.response.status_code': 502,
          'url.path': '/orders',
          'user_agent.original': 'curl/8.5.0',
        },
      },
      POST: {
        attributes: {
          'http.request.method': 'POST',
          'http.response.status_code': 502,
          'server.address': 'orders',
          'server.port': 3001,
          'url.full': 'http://orders:3001/orders/new',
        },
      },
      'POST /orders/new': {
        attributes: { 'http.request.method': 'POST', 'http.response.status_code': 502 },
      },
      'Stock/Reserve': {
        attributes: {
          'rpc.system.name': 'grpc',
          'rpc.method': 'Stock/Reserve',
          'rpc.response.status_code': 'UNAVAILABLE',
        },
      },
      'Warehouse.findShelf': {
        statusMessage: 'The north warehouse does not answer',
        attributes: {
          'code.function.name': 'Warehouse.findShelf',
          'code.file.path': '/app/inventory/warehouse.ts',
          'code.line.number': 29,
          'order.items': ['lamp', 'chair', 'desk'],
          'order.details': '{"customer":{"id":7,"tier":"gold"},"express":true}',
        },
        events: [{ name: 'exception', timeNanos: at, attributes: exception }],
      },
    },
  );
}

/** The logs of {@link failedOrder}. */
export function logsOfFailedOrder(spans: readonly SpanRecord[]): LoggedLine[] {
  const named = (name: string) => spans.find((span) => span.name === name) as SpanRecord;
  return [
    { span: named('POST /orders'), after: 0.4, severity: 'INFO', body: 'An order has come' },
    { span: named('reserve items'), after: 0.2, severity: 'INFO', body: 'Reserving 3 items' },
    {
      span: named('Warehouse.findShelf'),
      after: 3.5,
      severity: 'ERROR',
      body: 'The north warehouse does not answer',
    },
  ];
}

const SELECT_ITEMS = {
  'db.system.name': 'postgresql',
  'db.namespace': 'shop',
  'db.query.summary': 'SELECT items',
  'db.query.text': 'SELECT id, name, price FROM items WHERE order_id = $1 ORDER BY name LIMIT 10',
};

/** A list of orders that asks the database for the items of each order. */
export function repeatedQuery(number = 2, second = 2, queryCount = 118): SpanRecord[] {
  const queries = Array.from({ length: queryCount }, (_, i) => {
    const start = 20 + i * 2.7;
    return `          SELECT items [client] @orders ${start.toFixed(3)}-${(start + 1.2 + (i % 5) / 4).toFixed(3)}`;
  });
  const end = 20 + queryCount * 2.7 + 5;
  return trace(
    number,
    second,
    `
    GET /orders [server] @gateway 0-${end + 30}
      GET [client] @gateway 3-${end + 25}
        GET /orders [server] @orders 5-${end + 22}
          SELECT orders [client] @orders 7-18
${queries.join('\n')}
    `,
    {
      'GET /orders': {
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/orders',
          'http.response.status_code': 200,
        },
      },
      'SELECT items': { attributes: SELECT_ITEMS },
      'SELECT orders': {
        attributes: {
          'db.system.name': 'postgresql',
          'db.namespace': 'shop',
          'db.query.summary': 'SELECT orders',
          'db.query.text': 'SELECT * FROM orders',
        },
      },
    },
  );
}

/** A payment that succeeds in its second attempt. */
export function retriedPayment(number = 3, second = 4): SpanRecord[] {
  const attributes = {
    'http.request.method': 'POST',
    'url.full': 'http://bank:4000/payments',
    'server.address': 'bank',
    'server.port': 4000,
  };
  const spans = trace(
    number,
    second,
    `
    POST /payments [server] @orders 0-88
      POST [client failed] @orders 4-34
      POST [client] @orders 38-82
    `,
    { POST: { attributes } },
  );
  return spans.map((span, row) =>
    row === 1 ? { ...span, statusMessage: 'ECONNRESET: socket hang up' } : span,
  );
}

/** A message that a second service handles after the request is over. */
export function sentMessage(number = 4, second = 6): SpanRecord[] {
  const attributes = { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'mails' };
  return trace(
    number,
    second,
    `
    POST /mails [server] @orders 0-9
      mails publish [producer] @orders 3-5
        mails process [consumer] @mailer 24-61
          MailService.send @mailer 26-58
    `,
    { 'mails publish': { attributes }, 'mails process': { attributes } },
  );
}

/** Requests for one order, of which the last ones are slow: for comparisons. */
export function orderLookups(number = 10, second = 8, count = 12): SpanRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const query = i === count - 1 ? 61 : 4 + (i % 3);
    const end = query + 9;
    return trace(
      number + i,
      second + i,
      `
      GET /orders/:id [server] @orders 0-${end}
        OrdersService.find @orders 2-${end - 2}
          SELECT orders [client] @orders 3-${3 + query}
      `,
      {
        'GET /orders/:id': {
          attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200 },
        },
        'SELECT orders': {
          attributes: { 'db.system.name': 'postgresql', 'db.query.summary': 'SELECT orders' },
        },
      },
    );
  }).flat();
}

/** All traces of this file that are small and harmless. The result is the same in each run. */
export function storeExamples(store: TraceStore): void {
  const order = failedOrder();
  storeSpans(store, [
    ...order,
    ...repeatedQuery(),
    ...retriedPayment(),
    ...sentMessage(),
    ...orderLookups(),
  ]);
  storeLogs(store, logsOfFailedOrder(order));
}

const LARGE_SERVICES = ['gateway', 'orders', 'inventory', 'mailer', 'users'].map((name) => ({
  attributes: { 'service.name': name },
}));

/**
 * A trace of any size: requests one after another below one root, each a small tree of ten spans in five services,
 * five levels deep.
 */
export function largeTrace(spanCount: number, number = 100): SpanRecord[] {
  const traceId = idOf(number, 32);
  const base = BigInt(TRACES_AT_MILLIS) * 1_000_000n;
  const requestCount = Math.ceil((spanCount - 1) / 10);
  const micros = (value: number): bigint => base + BigInt(value) * 1_000n;
  const spans: SpanRecord[] = [
    {
      traceId,
      spanId: idOf(1, 16),
      name: 'import everything',
      kind: SpanKind.SERVER,
      startNanos: base,
      endNanos: micros(requestCount * 100 + 50),
      resource: LARGE_SERVICES[0] as SpanRecord['resource'] & object,
    },
  ];
  /** Offset and length of each span of a request in microseconds, and its parent. */
  const shape = [
    [0, 90, -1],
    [5, 80, 0],
    [10, 70, 1],
    [12, 20, 2],
    [34, 20, 2],
    [55, 20, 2],
    [14, 5, 3],
    [20, 5, 3],
    [36, 12, 4],
    [57, 15, 5],
  ] as const;
  for (let row = 1; row < spanCount; row++) {
    const request = Math.floor((row - 1) / 10);
    const place = (row - 1) % 10;
    const [offset, length, parent] = shape[place] as (typeof shape)[number];
    const start = request * 100 + offset + 20;
    const isFailed = row % 997 === 0;
    spans.push({
      traceId,
      spanId: idOf(row + 1, 16),
      parentSpanId: idOf(parent === -1 ? 1 : request * 10 + parent + 2, 16),
      name: place > 5 ? `SELECT table_${place}` : `Step${request % 40}.part${place}`,
      kind: place > 5 ? SpanKind.CLIENT : SpanKind.INTERNAL,
      startNanos: micros(start),
      endNanos: micros(start + length),
      ...(isFailed ? { status: SpanStatus.ERROR, statusMessage: `failure ${row}` } : {}),
      resource: LARGE_SERVICES[(place + request) % 5] as SpanRecord['resource'] & object,
    });
  }
  return spans;
}

/** Would set this global if it ran. */
export const HOSTILE_MARK = 'hostileTextHasRun';

const RUN = `globalThis.${HOSTILE_MARK}=1`;
/** Texts that break out of the places where careless pages put them. */
export const HOSTILE_TEXTS: readonly string[] = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `"><svg onload="${RUN}">`,
  `' onmouseover='${RUN}' autofocus onfocus='${RUN}`,
  `javascript:${RUN}`,
  `</style></script></title><iframe srcdoc="<script>parent.${HOSTILE_MARK}=1</script>">`,
  `<a href="javascript:${RUN}">open</a>`,
  `\u202eesrever\u202c \u2066isolated\u2069 \u200bzero`,
  'nul\u0000nul \u0007bell \u001b[31mred\u001b[0m \ud800lone',
  `{{constructor.constructor('${RUN}')()}} \${${RUN}}`,
  '__proto__',
  '%00%0a\r\nSet-Cookie: a=b',
];

/** A trace with hostile texts in every field that a sender can fill. */
export function hostileTrace(number = 200, second = 30): SpanRecord[] {
  const traceId = idOf(number, 32);
  const base = BigInt(TRACES_AT_MILLIS + second * 1_000) * 1_000_000n;
  const everything = Object.fromEntries(HOSTILE_TEXTS.map((text, i) => [`${text}${i}`, text]));
  const resources = HOSTILE_TEXTS.map((text) => ({
    attributes: { 'service.name': text, 'host.name': text, 'code.file.path': text, [text]: text },
    schemaUrl: text,
  }));
  return HOSTILE_TEXTS.map((text, row) => ({
    traceId,
    spanId: idOf(row + 1, 16),
    ...(row === 0 ? {} : { parentSpanId: idOf(1, 16) }),
    traceState: text,
    name: text,
    kind: row === 0 ? SpanKind.SERVER : SpanKind.CLIENT,
    startNanos: base + BigInt(row) * 1_000_000n,
    endNanos: base + BigInt(row === 0 ? HOSTILE_TEXTS.length + 1 : row + 1) * 1_000_000n,
    status: SpanStatus.ERROR,
    statusMessage: text,
    attributes: {
      ...everything,
      'http.request.method': text,
      'http.route': text,
      'url.full': text,
      'db.system.name': text,
      'db.query.text': text,
      'db.query.summary': text,
      'code.file.path': text,
      'code.line.number': text,
      nested: { [text]: [text, { [text]: text }] },
    },
    events: [
      {
        name: 'exception',
        timeNanos: base,
        attributes: {
          'exception.type': text,
          'exception.message': text,
          'exception.stacktrace': `${text}: ${text}\n    at ${text} (${text}:1:1)\n    at f (javascript:${text}:1:1)`,
        },
      },
      { name: text, timeNanos: base + 1n, attributes: everything },
    ],
    links: [
      { traceId: idOf(1, 32), spanId: idOf(1, 16), traceState: text, attributes: everything },
    ],
    resource: resources[row] as SpanRecord['resource'] & object,
    scope: { name: text, version: text, attributes: everything, schemaUrl: text },
  }));
}
