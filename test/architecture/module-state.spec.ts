import { describe, expect, it } from '@jest/globals';
import { findModuleState } from './module-state.js';
import { isOfPage, readLibrary } from './source-tree.js';

const MARKS = 'marks objects of others as known to this copy; held weakly';
const LOADED = 'filled once, while the file is loaded';
const IMMUTABLE = 'an object that never changes';

/**
 * Everything that a file of lib keeps between calls, with the reason why it is kept there and not by an
 * application. What several copies of the library have to share is in the slots of
 * `context/process-wide.ts`.
 */
const KEPT: Record<string, string> = {
  'assembly/caller-stack.ts: ownFolder': 'where this copy lies; looked up once',
  'assembly/global-registration.ts: PROPAGATOR': IMMUTABLE,
  'assembly/global-registration.ts: PROVIDER': IMMUTABLE,
  'assembly/global-registration.ts: globalTracers': 'in the slot of the process',
  'assembly/global-registration.ts: registeredParts':
    'what this copy has registered with @opentelemetry/api, to take it back',
  'assembly/global-registration.ts: sharingTracers':
    'the running applications of this copy that share the registered context manager',
  'assembly/process-end.ts: running': 'the tracings to flush when the process ends',
  'context/bind-emitter.ts: boundByUs': 'marks listeners that are bound already; held weakly',
  'context/channel-subscriptions.ts: heldChannels': 'in the slot of the process',
  'context/masked-message.ts: maskedMessages': 'in the slot of the process',
  'context/masked-message.ts: messageMasks': 'in the slot of the process',
  'context/process-wide.ts: conflictWatches':
    'how to end the watch for other copies of each tracer that this copy has registered; held weakly',
  'context/process-wide.ts: runningTracers': 'in the slot of the process',
  'context/process-wide.ts: tracerOfInstance': 'in the slot of the process',
  'context/tracing-context.ts: TracingContext.ROOT': IMMUTABLE,
  'diagnostics.ts: reportingCount':
    'whether a message of the library is being logged, in this turn',
  'database/connection-wait.ts: waits':
    'the wait of a connection that no query has shown yet; held weakly',
  'database/database-operation.ts: operations': 'the queries of spans; held weakly',
  'database/cassandra/cassandra-query.ts: reader':
    'the summaries of queries in batches; remembers how texts are read, up to a bound',
  'database/cassandra/traced-cassandra-client.ts: clients': MARKS,
  'database/clickhouse/traced-clickhouse-client.ts: clients': MARKS,
  'database/database-settings.ts: DEFAULT_SETTINGS':
    'the settings without options; remembers how texts are read, up to a bound',
  'database/knex/trace-knex.ts: tracedClasses': MARKS,
  'database/kysely/traced-kysely-connection.ts: connections': MARKS,
  'database/mongoose/traced-connection.ts: connections':
    'messages name a connection by its address only; held weakly',
  'database/mongoose/traced-connection.ts: tracings': MARKS,
  'database/queryable/traced-queryable.ts: standIns': MARKS,
  'database/kysely/traced-kysely-driver.ts: drivers': MARKS,
  'database/kysely/traced-kysely.ts: standIns': MARKS,
  'database/queryable/pool-waits.ts: pools': 'the watched method of each pool; held weakly',
  'database/mongodb/trace-mongo.ts: clients': MARKS,
  'database/postgres-js/traced-postgres.ts: standIns': MARKS,
  'database/mikro-orm/traced-mikro-orm.ts: instances': MARKS,
  'database/mikro-orm/traced-mikro-orm.ts: tracers':
    'the tracer for the pools of an instance, which outlive an application; held weakly',
  'database/sequelize/traced-sequelize.ts: instances': MARKS,
  'database/typeorm/traced-broadcaster.ts: standIns': MARKS,
  'database/search/traced-search-client.ts: clients': MARKS,
  'database/typeorm/traced-data-source.ts: dataSources': MARKS,
  'database/typeorm/traced-entity-manager.ts: managers': MARKS,
  'database/typeorm/traced-query-runner.ts: tracedWhile': MARKS,
  'database/watch-query.ts: boundEmitters': MARKS,
  'database/pool-connections.ts: pools':
    'Weak, by the metrics of an application: its pools, which are held weakly too.',
  'database/redis/cluster-nodes.ts: waiting':
    'Weak, by command: a cluster chooses the node after the span of the command has started.',
  'database/redis/cluster-nodes.ts: watched': MARKS,
  'database/redis/redis-command.ts: operations':
    'the names of commands in upper case; remembers names, up to a bound',
  'database/redis/traced-ioredis.ts: begun': MARKS,
  'database/redis/traced-ioredis.ts: traced': MARKS,
  'database/redis/traced-node-redis.ts: traced': MARKS,
  'database/transaction-span.ts: transactions':
    'the transaction that is open on a query runner; held weakly',
  'database/transaction-span.ts: expected':
    'transactions of an ORM that its query builder has not begun yet; held weakly',
  'decorators/method-tracing.ts: tracingOfMethods':
    'decorators run before any application exists; held weakly',
  'decorators/parameter-names.ts: wrappedMethods': 'methods of classes; held weakly',
  'decorators/traced-method.ts: variants': 'methods of classes; held weakly',
  'decorators/traced-class.ts: originals': 'methods of classes; held weakly',
  'decorators/parameter-marks.ts: marksOfMethods':
    'decorators of parameters run before any application exists; held weakly',
  'export/otlp/protobuf-writer.ts: DIGIT_VALUES': LOADED,
  'grpc/client/trace-channel.ts: tracedChannels': MARKS,
  'grpc/server/grpc-server-interceptor.ts: ours': 'marks interceptors of this copy; held weakly',
  'http/client/http-client-settings.ts: DEFAULT_SETTINGS': 'the settings without options',
  'carriers/context-fields.ts: ContextFields.known': 'the fields of propagators; held weakly',
  'context/shared-installation.ts: sharedInstallations': 'in the slot of the process',
  'http/client/request-head-hook.ts: installed':
    'the wrapper around a method of Node, to take it back',
  'http/client/request-head-hook.ts: listener': 'who listens to the wrapper',
  'http/client/request-head-hook.ts: prototype': 'of a class of Node',
  'http/client/url-message-mask.ts: redactor':
    'the rules without options; remembers keys, up to a bound',
  'http/client/resends.ts: expectedBelow':
    'the next attempts of requests; held weakly, few for each',
  'http/server/http-server-handler.ts: waitingOnConnection':
    'the responses on a connection; held weakly',
  'jobs/bull/trace-bull-queue.ts: freed': MARKS,
  'jobs/trace-jobs.ts: hooked': MARKS,
  'logging/log-fields.ts: DEFAULT_LOG_FIELDS': 'keeps the text of the last span',
  'logging/line-count.ts: count': 'tells a logger whether the logger below it has fed a line',
  'logging/trace-console-logger.ts: tracedLoggers': MARKS,
  'logging/trace-winston.ts: tracedLoggers': MARKS,
  'messaging/amqp/settlements.ts: settlementsOf':
    'the messages of each channel whose methods are watched; held weakly',
  'messaging/amqp/amqp-delivery.ts: channelOf':
    'the channels of messages that wait for their batch; held weakly',
  'messaging/amqp/amqp-delivery.ts: collected':
    'ends the spans of messages that are collected unsettled',
  'messaging/amqp/amqp-delivery.ts: deliveryOf': 'the messages that are being handled; held weakly',
  'messaging/amqp/amqp-handlers.ts: replyAddresses':
    'the requests that are being handled; held weakly',
  'messaging/amqp/hook-amqp-connection.ts: connections': MARKS,
  'messaging/amqp/trace-amqp-channel.ts: channels': MARKS,
  'messaging/consumer/handle-message.ts: collected':
    'ends the spans of answers that are collected before anything subscribes to them',
  'nest/exception-observer.ts: exceptionObserver': IMMUTABLE,
  'nest/messaging/hook-client.ts: hookedClients': MARKS,
  'nest/provider-methods.ts: replacements': MARKS,
  'nest/provider-methods.ts: originals': MARKS,
  'nest/provider-spans/class-origins.ts: isFromPackage':
    'where classes are defined, which never changes; held weakly',
  'operation/object-members.ts: replacementsOf':
    'how to restore the members of objects; held weakly',
  'nest/shared-replacement.ts: replacements':
    'the methods of controllers and gateways that applications share; held weakly',
  'operation/pending-spans.ts: collected':
    'ends the spans of results that are collected before anything consumes them',
  'operation/pending-spans.ts: pendingOf': 'the spans that wait for a result; held weakly',
  'propagation/baggage-member.ts: CLASSES': LOADED,
  'propagation/trace-state-syntax.ts: CLASSES': LOADED,
  'sampling/sampler-result.ts: DROPPED': IMMUTABLE,
  'sampling/sampler-result.ts: RECORDED': IMMUTABLE,
  'sampling/sampler-result.ts: SAMPLED': IMMUTABLE,
  'sampling/sampler-result.ts: SAMPLED_UNCOUNTED': IMMUTABLE,
  'trace/exception.ts: recordedErrors': 'in the slot of the process',
  'testing/span-origins.ts: origins':
    'the recorders of spans, for the messages of matchers; held weakly',
  'testing/strict-tracing.ts: verified': 'the recorders that the hook of a file of tests verifies',
  'testing/tracing-testing.module.ts: clocks':
    'the clock of all applications with one recorder; held weakly',
  'viewer/otlp/otlp-schema.ts: anyValue': LOADED,
};

/** Without the page: it is alone in its window, and its modules keep its state in signals. */
const files = [...readLibrary().values()].filter(({ path }) => !isOfPage(path));

describe('what the files of lib keep between calls', () => {
  it('is on the list, with its reason', () => {
    const found = files.flatMap(({ path, text }) =>
      findModuleState(text).map((name) => `${path}: ${name}`),
    );
    expect(found.filter((name) => !(name in KEPT))).toEqual([]);
    expect(Object.keys(KEPT).filter((name) => !found.includes(name))).toEqual([]);
  });

  it('is in the global object only in two slots, of one room, and in that of the API', () => {
    // Reading a function such as `globalThis.fetch` keeps nothing.
    const slots = files.flatMap(({ path, text }) =>
      /\bglobalThis\b(?!\.\w+)/.test(text)
        ? [...text.matchAll(/Symbol\.for\(([^)]+)\)/g)].map(([, key]) => `${path}: ${key}`)
        : [],
    );
    expect(slots).toEqual([
      // The slot of @opentelemetry/api, for what is registered there.
      "assembly/global-registration.ts: 'opentelemetry.js.api.1'",
      // Read by every version of the library, so it has none itself.
      "context/library-copies.ts: 'nestjs-traced.copies'",
      // Copies of another version keep apart from it.
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the file
      'context/process-wide.ts: `nestjs-traced.state.${STATE_VERSION}`',
      // Reads which meter provider is registered.
      "metrics/meter-destination.ts: 'opentelemetry.js.api.1'",
    ]);
  });
});

// The list is worth what this reading of a file is worth, so it is held to facts itself.
describe('findModuleState', () => {
  it.each([
    ['let a = 1;', ['a']],
    ['export let a: number | undefined;', ['a']],
    ['var a = 1, b = 2;', ['a', 'b']],
    ['const a = new WeakMap<object, string>();', ['a']],
    ['export const a = new WeakSet();', ['a']],
    ['const a = new Map(); function f() { a.set(1, 2); }', ['a']],
    ['const a = new Set<string>(); export const f = (b) => a.add(b);', ['a']],
    ['const a: string[] = []; class B { c() { a.push(1); } }', ['a']],
    ['const a = {} as Record<string, number>; function f() { a.b = 1; }', ['a']],
    ['const a = { b: { c: 1 } }; function f() { a.b.c++; }', ['a']],
    ['const a = {}; function f() { (a as { b?: 1 }).b ??= 1; }', ['a']],
    ['const a = {}; function f() { delete a.b; }', ['a']],
    ['const a = {}; function f() { Object.assign(a, { b: 1 }); }', ['a']],
    ['const a = new Uint8Array(9); a[1] = 2;', ['a']],
    ['const a = new Cache();', ['a']],
    [
      'const a = stateOf(); const { b, c: d } = a; function f() { b.push(1); d.set(1, 2); }',
      ['b', 'd'],
    ],
    ["import { a } from './a.js'; function f() { a.set(1, 2); }", ['a']],
    ['class A { static b = 1; }', ['A.b']],
    ['class A { static #b: number | undefined; }', ['A.b']],
    ['class A { static readonly b = new Map(); }', ['A.b']],
    ['export class A { static readonly b = new A(); }', ['A.b']],
  ])('finds what is kept in %s', (text, names) => {
    expect(findModuleState(text)).toEqual(names);
  });

  it.each([
    'const a = 1;',
    'const a = new Set([1]); function f(b) { return a.has(b); }',
    'const a = [1, 2]; const b = a.map((c) => c);',
    'const a = { b: 1 }; function f() { return a.b; }',
    'const a = /b/; const c = new RegExp("d");',
    'function f() { let a = 1; a++; const b = new Map(); b.set(1, 2); }',
    'class A { b = new Map(); static readonly c = 1; static d() {} }',
    "import { Pending } from './a.js'; function f() { Pending.add(1); }",
    "import type { A } from './a.js'; type B = A;",
    'export interface A { b: Map<string, string> }',
  ])('finds nothing in %s', (text) => {
    expect(findModuleState(text)).toEqual([]);
  });
});
