import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { readLibrary, readText } from './source-tree.js';

/** The rows of the page about the spans that a file starts, and how often it calls `startSpan`. */
interface Starts {
  readonly calls: number;
  readonly rows: readonly string[];
}

const QUERIES = ['Query', 'Query of Elasticsearch or OpenSearch', 'Query of Cassandra'];
const TRACED = ['Method with `@Traced`'];

/** Every file of a room that starts spans. A new one needs a row on the page. */
const STARTS: Readonly<Record<string, Starts>> = {
  'database/channels/mongoose-channels.ts': { calls: 1, rows: ['Operation of Mongoose'] },
  'database/connection-wait.ts': { calls: 2, rows: ['Wait for a connection'] },
  'database/database.handler.ts': { calls: 1, rows: QUERIES },
  'database/failed-connect.ts': { calls: 1, rows: ['Wait for a connection'] },
  'database/transaction-span.ts': { calls: 1, rows: ['Transaction'] },
  'decorators/traced-call.ts': { calls: 1, rows: TRACED },
  'decorators/traced-method.ts': { calls: 2, rows: TRACED },
  'events/event-handler-calls.ts': { calls: 3, rows: ['Event, command, query'] },
  'graphql/graphql-handler.ts': { calls: 2, rows: ['GraphQL operation'] },
  'graphql/resolver-spans.ts': { calls: 1, rows: ['GraphQL resolver'] },
  'graphql/traced-data-loader.ts': { calls: 1, rows: ['DataLoader batch'] },
  'grpc/client/grpc-client-handler.ts': { calls: 1, rows: ['gRPC call, sent'] },
  'grpc/server/grpc-server-handler.ts': { calls: 1, rows: ['gRPC call, received'] },
  'http/client/begin-operation.ts': { calls: 1, rows: ['HTTP request, sent'] },
  'http/server/http-server-handler.ts': { calls: 1, rows: ['HTTP request, received'] },
  'jobs/job-handler.ts': { calls: 3, rows: ['Jobs, added', 'Job, processed', 'Job listener'] },
  'jobs/schedule/schedule-handler.ts': { calls: 1, rows: ['Scheduled run'] },
  'lifecycle/traced-middleware.ts': { calls: 1, rows: ['Lifecycle of a request'] },
  'lifecycle/traced-stage.ts': { calls: 4, rows: ['Lifecycle of a request'] },
  'messaging/consumer/message-consumer-handler.ts': { calls: 1, rows: ['Message, received'] },
  'messaging/producer/message-producer-handler.ts': { calls: 1, rows: ['Message, sent'] },
  'nest/bootstrap/bootstrap-trace.ts': { calls: 4, rows: ['Start of the application'] },
  'nest/provider-spans/traced-provider-method.ts': { calls: 1, rows: ['Method of a provider'] },
  'operation/settle-observable.ts': { calls: 1, rows: TRACED },
  'websocket/web-socket-handler.ts': {
    calls: 2,
    rows: ['WebSocket message', 'WebSocket connection'],
  },
};

/** Kinds that a file gets from another one: a plan, or the options of the user. */
const GIVEN_KINDS: Readonly<Record<string, readonly string[]>> = {
  'http/server/http-server-handler.ts': ['SERVER'],
};

/** Rooms that write spans. The others write formats, resources, log lines or metrics. */
const ROOMS = [
  'database',
  'decorators',
  'events',
  'graphql',
  'grpc',
  'http',
  'jobs',
  'lifecycle',
  'logging/log-event.ts',
  'messaging',
  'nest',
  'operation',
  'trace',
  'websocket',
];

const isIn = (rooms: readonly string[], path: string): boolean =>
  rooms.some((room) => path === room || path.startsWith(`${room}/`));

/** The texts of the files, without comments. */
const code = new Map(
  [...readLibrary().values()].map(({ path, text }) => [
    path,
    text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(?<!:)\/\/.*$/gm, ''),
  ]),
);

const STANDARD_NAMES = new Set(
  Object.entries(conventions)
    .filter(([name, value]) => name.startsWith('ATTR_') && typeof value === 'string')
    .map(([, value]) => value as string),
);

/** Names that begin so are of this library. */
const OWN = /^(nestjs|nestjs_traced|log|kafka|rabbitmq)\./;

/** Metrics, attributes of metrics only, and an option. */
const NO_ATTRIBUTES = [
  'db.client.connection.pool.name',
  'db.client.connection.state',
  'nestjs_traced.method.calls',
  'nestjs_traced.method.duration',
  'rpc.message',
];

/** The names of attributes in the code; that of a prefix ends in a dot. */
function attributesOfCode(): Set<string> {
  const names = new Set<string>();
  for (const [path, text] of code) {
    if (!isIn(ROOMS, path)) continue;
    const isList = path.endsWith('/attributes.ts');
    for (const [, name] of text.matchAll(/'([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+\.?)'/g)) {
      const isAttribute = isList || STANDARD_NAMES.has(name as string) || OWN.test(name as string);
      if (isAttribute && !NO_ATTRIBUTES.includes(name as string)) names.add(name as string);
    }
  }
  return names;
}

const page = readText('lib/spans.md');
const rows = new Map(
  [...page.matchAll(/^\| (?!Span |---|Attribute )(.+) \|$/gm)]
    .map(([, row]) => (row as string).split(' | '))
    .filter((cells) => cells.length === 5)
    .map(([name = '', ...cells]) => [name.replace(/^\[(.*)\]\(.*\)$/, '$1'), cells]),
);

describe('the table of spans', () => {
  it('has a row for each place that starts spans, and for no other', () => {
    const starts = [...code]
      .filter(([path]) => !/^(assembly|context|testing|trace|viewer)\//.test(path))
      .map(([path, text]): [string, number] => [
        path,
        text.match(/\.(startSpan|startPlannedSpan)\(/g)?.length ?? 0,
      ])
      .filter(([, calls]) => calls > 0);
    expect(Object.fromEntries(starts)).toEqual(
      Object.fromEntries(Object.entries(STARTS).map(([path, { calls }]) => [path, calls])),
    );
    const named = new Set(Object.values(STARTS).flatMap((start) => start.rows));
    expect([...rows.keys()].filter((row) => row !== 'Span of your own').sort()).toEqual(
      [...named].sort(),
    );
  });

  it.each(Object.entries(STARTS))('has the kinds of %s', (path, start) => {
    const own = [...(code.get(path) ?? '').matchAll(/SpanKind\.([A-Z]+)/g)].map(([, kind]) => kind);
    const kinds = [...own, ...(GIVEN_KINDS[path] ?? [])];
    const cells = start.rows.map((row) => rows.get(row)?.[1] ?? '');
    const shown = cells.flatMap((cell) => cell.match(/[A-Z]{6,}/g) ?? []);
    expect([...new Set(shown)].sort()).toEqual(
      kinds.length === 0 ? ['INTERNAL'] : [...new Set(kinds)].sort(),
    );
  });

  it('has each attribute of the code, and no other', () => {
    const inCode = [...page.matchAll(/`([^`\s]+)`/g)].map(([, name]) =>
      (name as string).replace(/<\w+>$/, ''),
    );
    const names = attributesOfCode();
    expect(names.size).toBeGreaterThan(80);
    const shown = new Set(inCode);
    expect([...names].filter((name) => !shown.has(name)).sort()).toEqual([]);
    // The last cell of a row has nothing but attributes.
    const inRows = [...rows.values()].flatMap((cells) =>
      [...(cells[3] ?? '').matchAll(/`([^`\s]+)`/g)].map(([, name]) =>
        (name as string).replace(/<\w+>$/, ''),
      ),
    );
    expect(inRows.filter((name) => name !== 'argument.' && !names.has(name))).toEqual([]);
  });
});
