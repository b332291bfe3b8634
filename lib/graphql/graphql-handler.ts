import { type Attributes, type HrTime, type Link, SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  type EntryOperation,
  isLocalSpan,
  type LocalTracer,
} from '../context/index.js';
import { IgnoreRules, type IgnoreRulesPlan } from '../ignore-rules.js';
import { StartHook } from '../operation/index.js';
import { checkBoolean, checkCount } from '../option-checks.js';
import { GRAPHQL_OPERATION_NAME, GRAPHQL_OPERATION_TYPE } from './attributes.js';
import type { GraphqlArrival } from './graphql-arrival.js';
import { GraphqlOperation } from './graphql-operation.js';
import type {
  GraphqlClient,
  GraphqlOperationInfo,
  GraphqlTracingOptions,
} from './graphql-options.js';
import type { GraphqlDefinition, GraphqlDocument } from './graphql-shapes.js';
import { infoOf, OperationNames } from './operation-names.js';
import { SocketContextReader } from './socket-context.js';

/** The name of the span of a document that cannot be parsed or is not valid. */
const INVALID = 'graphql';

/** Describes all operations of a request with several different ones. */
const BATCH = 'batch';

/** Clients choose the name. A longer one is cut off in the attribute. */
const MAX_NAME_ATTRIBUTE_LENGTH = 200;

/**
 * Traces GraphQL operations. Adapters for Apollo, Mercurius and graphql-ws use it, and the wrapped resolvers of
 * a schema find the operation by the context value that `graphql` passes to them.
 *
 * Its methods do not throw; errors of a user's functions are reported.
 */
export class GraphqlHandler {
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: IgnoreRules<GraphqlOperationInfo>;
  readonly #names: OperationNames;
  readonly #sockets: SocketContextReader;
  readonly #depth: number;
  readonly #onOperation: StartHook<GraphqlOperationInfo> | undefined;
  readonly #operations = new WeakMap<object, GraphqlOperation | typeof IGNORED>();
  readonly #described = new WeakMap<EntryOperation, string>();
  readonly #open = new Set<GraphqlOperation>();
  #isActive = true;

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: GraphqlTracingOptions = {}) {
    const { ignore = [], maxOperationNames, resolverSpans = false, onOperation } = options;
    this.#tracer = tracer;
    this.#ignoreRules = new IgnoreRules(IGNORE_PLAN, ignore, tracer.diagnostics);
    this.#names = new OperationNames(
      checkCount(
        'graphql.maxOperationNames',
        maxOperationNames,
        DEFAULT_MAX_NAMES,
        0,
        MAX_MAX_NAMES,
      ),
    );
    this.#sockets = new SocketContextReader(tracer, options);
    this.#depth = depthOf(resolverSpans);
    this.#onOperation = StartHook.of('graphql.onOperation', onOperation);
  }

  /** Tells that a driver receives a document in a request. Parsing and validating it is part of the span's time. */
  arriveInRequest(): GraphqlArrival {
    const outer = contextStorage.active();
    const { span, suppressed } = outer;
    let startTime: HrTime | undefined;
    if (isLocalSpan(span)) startTime = span.currentTime();
    else if (!suppressed) startTime = this.#tracer.currentTime();
    return { startTime, outer, isOwnEntry: false, links: undefined };
  }

  /**
   * Tells that a driver receives a document over a WebSocket.
   *
   * @param links of {@link linksOfHandshake}
   * @param extensions what the client sent beside the document
   */
  arriveOverSocket(
    links: Link[] | undefined,
    extensions: unknown,
    client: GraphqlClient,
  ): GraphqlArrival {
    return this.#sockets.arrivalOf(links, extensions, client);
  }

  /** Returns links to the span of a handshake; undefined if there is none. */
  linksOfHandshake(client: GraphqlClient): Link[] | undefined {
    return this.#sockets.linksOfHandshake(client);
  }

  /**
   * Begins an operation of a valid document. In an HTTP request its span is a child of the request's span, and
   * names it. The caller must finish it.
   *
   * @param contextValue the value that `graphql` passes to the resolvers of this operation
   * @returns undefined if the operation is not traced
   */
  begin(
    definition: GraphqlDefinition,
    document: GraphqlDocument | undefined,
    contextValue: unknown,
    arrival: GraphqlArrival,
  ): GraphqlOperation | undefined {
    if (!this.#isActive) return undefined;
    try {
      return this.#begin(definition, document, contextValue, arrival);
    } catch (error) {
      this.#tracer.diagnostics.report(
        'A GraphQL operation could not be traced. It is executed without a span',
        error,
      );
      return undefined;
    }
  }

  /** Records a document that cannot be executed, in a span of its own. */
  refused(errors: readonly unknown[], arrival: GraphqlArrival): void {
    if (!this.#isActive) return;
    const { startTime, outer, isOwnEntry, links } = arrival;
    if (outer.suppressed) return;
    const options = { kind: kindOf(isOwnEntry), startTime, links };
    const span = this.#tracer.startSpan(INVALID, options, outer);
    const operation = new GraphqlOperation(this.#open, span, outer, 0, false, isOwnEntry);
    operation.recordRefusals(errors);
    operation.finish();
  }

  /** Returns the operation that a resolver belongs to; undefined if it is not traced. */
  operationOf(contextValue: unknown): GraphqlOperation | undefined {
    const operation = this.#find(contextValue);
    if (operation === undefined || operation === IGNORED) return undefined;
    // An application can use one context value for several requests.
    return operation.canBelongTo(contextStorage.active().entry) ? operation : undefined;
  }

  /** Whether an operation has begun with this context value, traced or not. */
  isKnown(contextValue: unknown): boolean {
    return this.#find(contextValue) !== undefined;
  }

  /** Whether the work of a resolver has no spans. */
  isIgnored(contextValue: unknown): boolean {
    return this.#find(contextValue) === IGNORED;
  }

  /** Ends all open operations when the application shuts down. */
  finishAll(): void {
    this.#isActive = false;
    for (const operation of [...this.#open]) operation.breakOff('shutdown');
  }

  #find(contextValue: unknown): GraphqlOperation | typeof IGNORED | undefined {
    if (typeof contextValue !== 'object' || contextValue === null) return undefined;
    return this.#operations.get(contextValue);
  }

  #begin(
    definition: GraphqlDefinition,
    document: GraphqlDocument | undefined,
    contextValue: unknown,
    { startTime, outer, isOwnEntry, links }: GraphqlArrival,
  ): GraphqlOperation | undefined {
    const info = infoOf(definition, document);
    const name = this.#names.of(definition);
    if (!isOwnEntry && outer.entry !== undefined) this.#describe(outer.entry, name);
    const hasContextValue = typeof contextValue === 'object' && contextValue !== null;
    if (outer.suppressed || this.#ignoreRules.has(info.name ?? '', info)) {
      if (hasContextValue) this.#operations.set(contextValue, IGNORED);
      return undefined;
    }
    const attributes: Attributes = {
      [GRAPHQL_OPERATION_TYPE]: info.type,
      [GRAPHQL_OPERATION_NAME]: info.name?.slice(0, MAX_NAME_ATTRIBUTE_LENGTH),
    };
    const span = this.#tracer.startSpan(
      name,
      { kind: kindOf(isOwnEntry), attributes, startTime, links },
      outer,
    );
    // The context already contains the decision against the trace.
    if (span === outer.span) return undefined;
    const operation = new GraphqlOperation(
      this.#open,
      span,
      outer,
      this.#depth,
      info.type === 'subscription',
      isOwnEntry,
    );
    if (hasContextValue) this.#operations.set(contextValue, operation);
    if (this.#onOperation !== undefined && span.isRecording()) this.#onOperation.call(span, info);
    return operation;
  }

  #describe(entry: EntryOperation, name: string): void {
    const known = this.#described.get(entry);
    const description = known === undefined || known === name ? name : BATCH;
    if (description === known) return;
    this.#described.set(entry, description);
    entry.describeWork?.(description);
  }
}

const IGNORED = Symbol('ignored');

const DEFAULT_MAX_NAMES = 200;
const MAX_MAX_NAMES = 10_000;
const DEFAULT_DEPTH = 3;
const MAX_DEPTH = 100;

const IGNORE_PLAN: IgnoreRulesPlan = {
  option: 'graphql.ignore',
  isText: (rule) => rule.trim() !== '',
  requirement:
    'must be names of operations, regular expressions or functions of the operation, in an array',
  remedy: 'Write ignore: ["IntrospectionQuery"] for the name of an operation.',
};

function depthOf(resolverSpans: NonNullable<GraphqlTracingOptions['resolverSpans']>): number {
  if (typeof resolverSpans !== 'object' || resolverSpans === null) {
    const isOn = checkBoolean('graphql.resolverSpans', resolverSpans, false);
    return isOn ? DEFAULT_DEPTH : 0;
  }
  return checkCount(
    'graphql.resolverSpans.depth',
    resolverSpans.depth,
    DEFAULT_DEPTH,
    1,
    MAX_DEPTH,
  );
}

function kindOf(isOwnEntry: boolean): SpanKind {
  return isOwnEntry ? SpanKind.SERVER : SpanKind.INTERNAL;
}
