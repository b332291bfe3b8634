import { afterEach, describe, expect, it } from '@jest/globals';
import type { IncomingContext, IncomingContextOptions } from '../../lib/carriers/index.js';
import { AlwaysOffSampler, ParentBasedSampler, type Sampler } from '../../lib/sampling/index.js';
import type { SpanRecorder } from '../../lib/testing/index.js';

/** An application whose handler answers with the baggage that is active in it. */
export interface BaggageServer {
  readonly recorder: SpanRecorder;
  /** What the library reported of its own troubles. */
  readonly warnings: readonly string[];
  /** Sends a request with the fields, and no other context; resolves to the answer. */
  ask(fields: Record<string, string>): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** A kind of server under test. */
export interface IncomingContextServer<R> {
  readonly name: string;
  /** The server's options as the user knows them: `http.server`. */
  readonly options: string;
  /** A field of the request, as a function of the user reads it. */
  fieldOf(request: R, name: string): unknown;
  start(options: IncomingContextOptions<R>, sampler: Sampler | undefined): Promise<BaggageServer>;
}

const TRACE_ID = 'a'.repeat(32);
const FIELDS = {
  traceparent: `00-${TRACE_ID}-${'b'.repeat(16)}-01`,
  baggage: 'tenant=acme, locale=de, count=1',
};
/** What becomes of a request whose context is not used. */
const NEW = { isContinued: false, hasParent: false, links: [], baggage: [] };

/** What holds for every server that receives the trace context of callers. */
export function incomingContextSuite<R>(server: IncomingContextServer<R>): void {
  describe(`callers of ${server.name}`, () => {
    let app: BaggageServer;

    async function start(options: IncomingContextOptions<R>, sampler?: Sampler): Promise<void> {
      app = await server.start(options, sampler);
    }

    afterEach(async () => {
      await app.close();
      expect(app.warnings).toEqual([]);
      app.recorder.verify();
    });

    /** What becomes of a request with {@link FIELDS}. */
    async function serve(fields: Record<string, string> = {}) {
      const baggage = await app.ask({ ...FIELDS, ...fields });
      const [span] = await app.recorder.takeNextTrace();
      return {
        isContinued: span?.spanContext().traceId === TRACE_ID,
        hasParent: span?.parentSpanContext !== undefined,
        links: span?.links.map(({ context }) => context.traceId),
        baggage: Object.keys(baggage),
      };
    }

    it('have their traces continued by default', async () => {
      await start({});
      expect(await serve()).toEqual({
        isContinued: true,
        hasParent: true,
        links: [],
        baggage: ['tenant', 'locale', 'count'],
      });
    });

    it('are linked to, with the baggage that is accepted', async () => {
      await start({ incomingContext: 'link', incomingBaggageKeys: ['count', 'locale'] });
      const expected = { ...NEW, links: [TRACE_ID], baggage: ['count', 'locale'] };
      expect(await serve()).toEqual(expected);
    });

    it('are ignored', async () => {
      await start({ incomingContext: 'ignore' });
      expect(await serve()).toEqual(NEW);
    });

    it('are trusted or not, one by one', async () => {
      const incomingContext = (request: R): IncomingContext =>
        server.fieldOf(request, 'x-mesh') === 'inside' ? 'continue' : 'link';
      await start({ incomingContext });
      expect(await serve({ 'x-mesh': 'inside' })).toMatchObject({ isContinued: true, links: [] });
      expect(await serve()).toEqual({ ...NEW, links: [TRACE_ID] });
    });

    it('do not cause sampling where they are strangers', async () => {
      const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
      await start({ incomingContext: 'link', incomingBaggageKeys: ['count'] }, sampler);
      expect(await app.ask(FIELDS)).toEqual({ count: '1' });
      expect(app.recorder.spans).toEqual([]);
    });

    it('do not prevent sampling where they are strangers', async () => {
      await start({ incomingContext: 'ignore' });
      const traceparent = FIELDS.traceparent.replace(/01$/, '00');
      expect(await serve({ traceparent })).toEqual(NEW);
    });

    it('are not served where the option is wrong', async () => {
      await expect(start({ incomingContext: 'trust' as never })).rejects.toThrow(
        `${server.options}.incomingContext must be 'continue'`,
      );
      await start({});
    });
  });
}
