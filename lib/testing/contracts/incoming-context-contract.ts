import type { IncomingContext, IncomingContextOptions } from '../../carriers/index.js';
import { TracingConfigError } from '../../errors.js';
import { checkString } from '../../option-checks.js';
import { AlwaysOffSampler, ParentBasedSampler, type Sampler } from '../../sampling/index.js';
import type { SpanRecorder } from '../span-recorder.js';
import {
  type CaseDefinition,
  type ContractCase,
  type ContractSubject,
  checkSubject,
  defineContract,
  ownRule,
} from './contract-case.js';
import type { Demand } from './demand.js';

/** A started server whose handler answers with the baggage that is active in it. */
export interface BaggageServer {
  /** Records the spans of the server. */
  readonly recorder: SpanRecorder;
  /** The warnings that the library logged. */
  readonly warnings: readonly string[];
  /**
   * Sends a request with these fields (headers, metadata), and no other trace context.
   *
   * @returns the active baggage of the handler, by key
   */
  ask(fields: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
  /** Stops the server, and waits until it has stopped. */
  close(): Promise<void>;
}

/** A kind of server that faces the {@link incomingContextContract}. */
export interface IncomingContextSubject<R> extends ContractSubject<never> {
  /** The path of the server's options, for messages: `http.server`. */
  readonly options: string;
  /** Reads a field of the request, as a function of the application reads it. */
  readonly fieldOf: (request: R, name: string) => unknown;
  /**
   * Starts a server. Called once for each case. It must reject for invalid options, and leave nothing
   * behind then.
   *
   * @param options for the server, at {@link IncomingContextSubject.options}
   * @param sampler undefined for the default of the tests, which follows the caller and records the rest
   */
  readonly start: (
    options: IncomingContextOptions<R>,
    sampler: Sampler | undefined,
  ) => Promise<BaggageServer>;
}

const TRACE_ID = 'a'.repeat(32);
const FIELDS = {
  traceparent: `00-${TRACE_ID}-${'b'.repeat(16)}-01`,
  baggage: 'tenant=acme, locale=de, count=1',
};
const CONTINUED = {
  isContinued: true,
  hasParent: true,
  links: [],
  baggage: ['tenant', 'locale', 'count'],
};
/** What becomes of a request whose context is not used. */
const NEW = { isContinued: false, hasParent: false, links: [], baggage: [] };

const INCOMING = ownRule('IncomingContextOptions.incomingContext');
const KEYS = ownRule('IncomingContextOptions.incomingBaggageKeys');

/**
 * Returns the contract of servers that receive the trace context of callers, over any protocol: which
 * callers have their traces continued, linked to or ignored, and which baggage is accepted.
 *
 * @throws TracingConfigError for an invalid subject
 */
export function incomingContextContract<R>(subject: IncomingContextSubject<R>): ContractCase[] {
  const owner = 'incomingContextContract';
  checkSubject(owner, subject, ['start', 'fieldOf']);
  checkString(`${owner}.options`, subject.options, 'Give the path: http.server, for example.');
  return defineContract(owner, [], subject, incomingContextCases(subject));
}

/** The cases as a part of the contract of a kind of server. */
export function incomingContextCases<R>({
  start,
  fieldOf,
  options: path,
}: Pick<IncomingContextSubject<R>, 'start' | 'fieldOf' | 'options'>): CaseDefinition[] {
  /** Starts a server, runs the body, and checks that nothing is left. */
  const withServer =
    (
      options: IncomingContextOptions<R>,
      body: (app: BaggageServer, demand: Demand) => Promise<void>,
      sampler?: Sampler,
    ) =>
    async (demand: Demand): Promise<void> => {
      const app = await start(options, sampler);
      try {
        await body(app, demand);
      } finally {
        await app.close();
      }
      demand.equal([...app.warnings], [], 'the warnings of the library');
      app.recorder.verify();
    };
  return [
    {
      name: 'continues the traces of callers by default',
      rule: INCOMING,
      run: withServer({}, async (app, demand) => {
        demand.equal(await serve(app), CONTINUED, 'the span and the baggage of the request');
      }),
    },
    {
      name: 'links to callers, with the baggage that is accepted',
      rule: KEYS,
      run: withServer(
        { incomingContext: 'link', incomingBaggageKeys: ['count', 'locale'] },
        async (app, demand) => {
          const expected = { ...NEW, links: [TRACE_ID], baggage: ['count', 'locale'] };
          demand.equal(await serve(app), expected, 'the span and the baggage of the request');
        },
      ),
    },
    {
      name: 'ignores callers',
      rule: INCOMING,
      run: withServer({ incomingContext: 'ignore' }, async (app, demand) => {
        demand.equal(await serve(app), NEW, 'the span and the baggage of the request');
      }),
    },
    {
      name: 'trusts callers or not, one by one',
      rule: INCOMING,
      run: withServer(
        {
          incomingContext: (request): IncomingContext =>
            fieldOf(request, 'x-mesh') === 'inside' ? 'continue' : 'link',
        },
        async (app, demand) => {
          const inside = await serve(app, { 'x-mesh': 'inside' });
          demand.equal(inside, CONTINUED, 'the request of a trusted caller');
          const outside = { ...NEW, links: [TRACE_ID] };
          demand.equal(await serve(app), outside, 'the request of another caller');
        },
      ),
    },
    {
      name: 'does not sample because a stranger did',
      rule: INCOMING,
      run: withServer(
        { incomingContext: 'link', incomingBaggageKeys: ['count'] },
        async (app, demand) => {
          demand.equal(
            { ...(await app.ask(FIELDS)) },
            { count: '1' },
            'the baggage of the request',
          );
          const names = app.recorder.spans.map(({ name }) => name);
          demand.equal(names, [], 'the recorded spans of a sampler that drops all roots');
        },
        new ParentBasedSampler({ root: new AlwaysOffSampler() }),
      ),
    },
    {
      name: 'samples although a stranger did not',
      rule: INCOMING,
      run: withServer({ incomingContext: 'ignore' }, async (app, demand) => {
        const traceparent = FIELDS.traceparent.replace(/01$/, '00');
        demand.equal(await serve(app, { traceparent }), NEW, 'the span of the request');
      }),
    },
    {
      name: 'continues a trace that its caller does not sample, where it decides itself',
      rule: INCOMING,
      run: withServer({ incomingContext: 'resample' }, async (app, demand) => {
        const traceparent = FIELDS.traceparent.replace(/01$/, '00');
        demand.equal(await serve(app, { traceparent }), CONTINUED, 'the span of the request');
      }),
    },
    {
      name: 'does not sample because its caller did, where it decides itself',
      rule: INCOMING,
      run: withServer(
        { incomingContext: 'resample' },
        async (app, demand) => {
          const baggage = Object.keys(await app.ask(FIELDS));
          demand.equal(baggage, CONTINUED.baggage, 'the baggage of the request');
          const names = app.recorder.spans.map(({ name }) => name);
          demand.equal(names, [], 'the recorded spans of a sampler that drops all roots');
        },
        new ParentBasedSampler({ root: new AlwaysOffSampler() }),
      ),
    },
    {
      name: 'does not start where the option is wrong',
      rule: ownRule('set-up errors are TracingConfigErrors'),
      run: async (demand) => {
        const started = start({ incomingContext: 'trust' as never }, undefined);
        const outcome = await started.then(
          async (app) => {
            await app.close();
            return 'a started server';
          },
          (error: unknown) => error,
        );
        const text = `${path}.incomingContext must be 'continue'`;
        demand.that(
          outcome instanceof TracingConfigError && outcome.message.startsWith(text),
          `a TracingConfigError that begins with: ${text}`,
          outcome,
        );
        await withServer({}, async (app) => void (await serve(app)))(demand);
      },
    },
  ];
}

interface Served {
  readonly isContinued: boolean;
  readonly hasParent: boolean;
  readonly links: string[] | undefined;
  readonly baggage: string[];
}

/** What becomes of a request with {@link FIELDS}. */
async function serve(app: BaggageServer, fields: Record<string, string> = {}): Promise<Served> {
  const baggage = await app.ask({ ...FIELDS, ...fields });
  const [span] = await app.recorder.takeNextTrace();
  return {
    isContinued: span?.spanContext().traceId === TRACE_ID,
    hasParent: span?.parentSpanContext !== undefined,
    links: span?.links.map(({ context }) => context.traceId),
    baggage: Object.keys(baggage),
  };
}
