import { describe, expect, it } from '@jest/globals';
import { defaultTextMapGetter } from '@opentelemetry/api';
import type { IncomingContextOptions } from '../../../../lib/carriers/index.js';
import { spanOf, TracingContext, withSamplingRequest } from '../../../../lib/context/index.js';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '../../../../lib/propagation/index.js';
import {
  type BaggageServer,
  type IncomingContextSubject,
  incomingContextContract,
} from '../../../../lib/testing/contracts/incoming-context-contract.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { failingCases, violationsOf } from './violations.js';

type Fields = Readonly<Record<string, string>>;
type Options = IncomingContextOptions<Fields>;

/** A server in the memory of the test. Mutants change its options or its answers. */
interface Server {
  readonly options: (given: Options) => Options;
  readonly isValid: (mode: unknown) => boolean;
  readonly linked: (count: number) => number;
  readonly warnings: string[];
  readonly fieldOf: (request: Fields, name: string) => unknown;
}

const CORRECT: Server = {
  options: (given) => given,
  isValid: (mode) => mode !== 'trust',
  linked: (count) => count,
  warnings: [],
  fieldOf: (request, name) => request[name],
};

function contractOf(server: Partial<Server>) {
  const {
    options: change,
    isValid,
    linked,
    warnings,
    fieldOf,
  } = {
    ...CORRECT,
    ...server,
  };
  const subject: IncomingContextSubject<Fields> = {
    name: 'MemoryServer',
    options: 'memory.server',
    fieldOf,
    async start(given, sampler): Promise<BaggageServer> {
      const options = change(given);
      if (!isValid(options.incomingContext)) {
        throw TracingConfigError.invalidOption(
          'memory.server.incomingContext',
          "must be 'continue', 'link' or 'ignore'",
          options.incomingContext,
          'Choose one.',
        );
      }
      const propagator = new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      });
      const { tracer, recorder, close } = createTestTracing({ ...(sampler && { sampler }) });
      return {
        recorder,
        warnings,
        async ask(fields) {
          const { incomingContext = 'continue', incomingBaggageKeys: keys = [] } = options;
          const mode =
            typeof incomingContext === 'function' ? incomingContext(fields) : incomingContext;
          const received = TracingContext.from(
            propagator.extract(TracingContext.ROOT, fields, defaultTextMapGetter),
          );
          const caller = spanOf(received)?.spanContext();
          const links = mode === 'link' && caller ? Array(linked(1)).fill({ context: caller }) : [];
          const isContinued = mode === 'continue' || mode === 'resample';
          const continued = mode === 'resample' ? withSamplingRequest(received, 'defer') : received;
          const parent = isContinued ? continued : TracingContext.ROOT;
          const span = tracer.startSpan('request', { links }, parent);
          span.end();
          const all = received.baggage?.getAllEntries() ?? [];
          const entries = all.map(([key, { value }]) => [key, value]);
          if (isContinued) return Object.fromEntries(entries);
          const accepted = keys.flatMap((key) => entries.filter(([name]) => name === key));
          return mode === 'link' ? Object.fromEntries(accepted) : {};
        },
        close: async () => close(),
      };
    },
  };
  return incomingContextContract(subject);
}

const [CONTINUES, LINKS, IGNORES, ONE_BY_ONE, NO_CAUSE, NO_HINDRANCE, RESAMPLES, NO_FORCE, WRONG] =
  [
    'continues the traces of callers by default',
    'links to callers, with the baggage that is accepted',
    'ignores callers',
    'trusts callers or not, one by one',
    'does not sample because a stranger did',
    'samples although a stranger did not',
    'continues a trace that its caller does not sample, where it decides itself',
    'does not sample because its caller did, where it decides itself',
    'does not start where the option is wrong',
  ] as const;

const MUTANTS: readonly [string, Partial<Server>, readonly string[], string][] = [
  [
    'trusts nobody',
    { options: (given) => ({ incomingContext: 'ignore', ...given }) },
    [CONTINUES],
    'Demanded: the span and the baggage of the request: {',
  ],
  [
    'trusts everybody',
    { options: (given) => ({ ...given, incomingContext: 'continue' }) },
    [LINKS, IGNORES, ONE_BY_ONE, NO_CAUSE, NO_HINDRANCE, RESAMPLES, NO_FORCE, WRONG],
    "Received: 'a started server'",
  ],
  ['links twice', { linked: () => 2 }, [LINKS, ONE_BY_ONE], "links: [ 'aaaa"],
  [
    'accepts no baggage of strangers',
    { options: ({ incomingBaggageKeys: _, ...given }) => given },
    [LINKS, NO_CAUSE],
    "Demanded: the baggage of the request: { count: '1' }",
  ],
  ['hides the fields of the request', { fieldOf: () => undefined }, [ONE_BY_ONE], 'trusted caller'],
  ['starts with a wrong option', { isValid: () => true }, [WRONG], 'a TracingConfigError that'],
  [
    'logs a warning',
    { warnings: ['no route'] },
    [CONTINUES, LINKS, IGNORES, ONE_BY_ONE, NO_CAUSE, NO_HINDRANCE, RESAMPLES, NO_FORCE, WRONG],
    "Demanded: the warnings of the library: []\n  Received: [ 'no route' ]",
  ],
];

describe('incomingContextContract', () => {
  it('accepts a correct server', async () => {
    expect(await failingCases(contractOf({}))).toEqual([]);
  });

  it.each(MUTANTS)('refuses a server that %s', async (_fault, server, fails, message) => {
    const violations = await violationsOf(contractOf(server));
    expect(Object.keys(violations)).toEqual(fails);
    const messages = Object.values(violations).map((violation) => violation.message);
    expect(messages.join('\n')).toContain(message);
  });

  it('has no case that accepts all of them', () => {
    const failed = new Set(MUTANTS.slice(0, -1).flatMap(([, , fails]) => fails));
    const names = contractOf({}).map(({ name }) => name);
    expect(names.filter((name) => !failed.has(name))).toEqual([]);
  });

  it('refuses a subject without the path of its options', () => {
    const subject = { name: 'MemoryServer', fieldOf: () => '', start: () => {} };
    expect(() => incomingContextContract(subject as never)).toThrow(
      'incomingContextContract.options must be a non-empty string',
    );
  });
});
