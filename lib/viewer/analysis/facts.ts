/**
 * What sentences, findings, the graph and the list have to know about a span beside its columns. Each
 * fact is one number for a row: an index into the strings of the trace, or a count (see {@link isTextFact}).
 */
export const Fact = {
  HTTP_METHOD: 0,
  HTTP_ROUTE: 1,
  URL_TEMPLATE: 2,
  URL_FULL: 3,
  URL_PATH: 4,
  HTTP_STATUS: 5,
  RPC_METHOD: 6,
  RPC_STATUS: 7,
  DB_SYSTEM: 8,
  DB_NAMESPACE: 9,
  DB_SUMMARY: 10,
  DB_TEXT: 11,
  /** All parameters of the query that the span shows, as one text. */
  DB_PARAMETERS: 12,
  DB_STATUS: 13,
  /** The number of queries that share the span. */
  FOLDED_COUNT: 14,
  /** The summaries of the queries below the span that were folded, joined by `, `. */
  REPEATED_QUERIES: 15,
  MESSAGING_SYSTEM: 16,
  MESSAGING_DESTINATION: 17,
  SERVER_ADDRESS: 18,
  SERVER_PORT: 19,
  PEER_SERVICE: 20,
  ERROR_TYPE: 21,
  STATUS_MESSAGE: 22,
  EXCEPTION_TYPE: 23,
  EXCEPTION_MESSAGE: 24,
  /** The first frame of the exception's stack that is the application's own, as `file:line:column`. */
  EXCEPTION_FRAME: 25,
  CODE_FILE: 26,
  CODE_LINE: 27,
  CODE_FUNCTION: 28,
  /** The number of the RPC status where only the number was sent (`rpc.grpc.status_code`). */
  RPC_STATUS_NUMBER: 29,
  /** On a command that may wait for data as long as its caller allows, such as BLPOP of Redis: `true`. */
  BLOCKING_COMMAND: 30,
} as const;
export type Fact = (typeof Fact)[keyof typeof Fact];

/** The number of facts. */
export const FACT_COUNT = 31;

/** What {@link SpanFacts.valueOf} returns for a fact that a span does not have. */
export const NO_FACT = 0xffffffff;

const NUMBERS = new Set<Fact>([
  Fact.HTTP_STATUS,
  Fact.FOLDED_COUNT,
  Fact.SERVER_PORT,
  Fact.CODE_LINE,
  Fact.RPC_STATUS_NUMBER,
]);

/** Whether the value of a fact is an index into the strings of the trace; otherwise it is a number. */
export function isTextFact(fact: Fact): boolean {
  return !NUMBERS.has(fact);
}

/** Where a fact comes from: the key of an attribute, and how it ranks among the keys of the same fact. */
export interface FactKey {
  readonly fact: Fact;
  /** 0 for the current name of the semantic conventions; if a span has several keys, the lowest counts. */
  readonly rank: number;
}

// Semantic conventions 1.45.0, then the names they had before, newest first: `docs/http`, `docs/rpc`,
// `docs/db`, `docs/messaging`, `docs/general/attributes.md`, `docs/code/code-attributes.md`.
const KEYS_OF_FACTS: readonly (readonly [Fact, ...string[]])[] = [
  [Fact.HTTP_METHOD, 'http.request.method', 'http.method'],
  [Fact.HTTP_ROUTE, 'http.route'],
  [Fact.URL_TEMPLATE, 'url.template'],
  [Fact.URL_FULL, 'url.full', 'http.url'],
  [Fact.URL_PATH, 'url.path', 'http.target'],
  [Fact.HTTP_STATUS, 'http.response.status_code', 'http.status_code'],
  [Fact.RPC_METHOD, 'rpc.method'],
  [Fact.RPC_STATUS, 'rpc.response.status_code', 'rpc.status_code'],
  [Fact.RPC_STATUS_NUMBER, 'rpc.grpc.status_code'],
  [Fact.DB_SYSTEM, 'db.system.name', 'db.system'],
  [Fact.DB_NAMESPACE, 'db.namespace', 'db.name'],
  [Fact.DB_SUMMARY, 'db.query.summary'],
  [Fact.DB_TEXT, 'db.query.text', 'db.statement'],
  [Fact.DB_STATUS, 'db.response.status_code'],
  [Fact.FOLDED_COUNT, 'nestjs_traced.db.folded_query.count'],
  [Fact.REPEATED_QUERIES, 'nestjs_traced.db.repeated_queries'],
  [Fact.BLOCKING_COMMAND, 'nestjs_traced.db.blocking_command'],
  [Fact.MESSAGING_SYSTEM, 'messaging.system.name', 'messaging.system'],
  [
    Fact.MESSAGING_DESTINATION,
    'messaging.destination.template',
    'messaging.destination.name',
    'messaging.destination',
  ],
  [Fact.SERVER_ADDRESS, 'server.address', 'net.peer.name', 'network.peer.address', 'net.peer.ip'],
  [Fact.SERVER_PORT, 'server.port', 'net.peer.port', 'network.peer.port'],
  [Fact.PEER_SERVICE, 'service.peer.name', 'peer.service'],
  [Fact.ERROR_TYPE, 'error.type'],
  [Fact.CODE_FILE, 'code.file.path', 'code.filepath'],
  [Fact.CODE_LINE, 'code.line.number', 'code.lineno'],
  [Fact.CODE_FUNCTION, 'code.function.name', 'code.function'],
];

/** The attributes of spans that are facts, by key. */
export const FACT_KEYS: ReadonlyMap<string, FactKey> = new Map(
  KEYS_OF_FACTS.flatMap(([fact, ...keys]) =>
    keys.map((key, rank): [string, FactKey] => [key, { fact, rank }]),
  ),
);

/** Precedes the name or position of a parameter of a query; the values make {@link Fact.DB_PARAMETERS}. */
export const DB_PARAMETER_PREFIX = 'db.query.parameter.';

// Semantic conventions 1.45.0, `docs/exceptions/exceptions-spans.md`.
export const EXCEPTION_EVENT = 'exception';
export const EXCEPTION_TYPE = 'exception.type';
export const EXCEPTION_MESSAGE = 'exception.message';
export const EXCEPTION_STACKTRACE = 'exception.stacktrace';

/** Gives the facts of the spans of one trace. */
export interface SpanFacts {
  /**
   * @returns an index into the strings of the trace, or a number from 0 to 2³² - 2, see
   *   {@link isTextFact}; {@link NO_FACT} if the span does not have the fact
   */
  valueOf(row: number, fact: Fact): number;
}

/**
 * Facts as three typed arrays, which can be sent to another thread or to a page: five bytes for each fact
 * that a span has, four for each span.
 */
export class FactColumns implements SpanFacts {
  /**
   * @param offsets where the facts of each row begin; one more than there are rows
   * @param facts a {@link Fact} each
   * @param values the value of each of `facts`
   */
  constructor(
    readonly offsets: Uint32Array,
    readonly facts: Uint8Array,
    readonly values: Uint32Array,
  ) {}

  valueOf(row: number, fact: Fact): number {
    const end = this.offsets[row + 1] ?? 0;
    for (let i = this.offsets[row] ?? 0; i < end; i++) {
      if (this.facts[i] === fact) return this.values[i] as number;
    }
    return NO_FACT;
  }
}
