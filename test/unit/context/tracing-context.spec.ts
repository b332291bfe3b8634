import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed, suppressTracing, unsuppressTracing } from '@opentelemetry/core';
import {
  type EntryOperation,
  isSuppressed,
  spanOf,
  TracingContext,
} from '../../../lib/context/index.js';

const OTHER = createContextKey('a key of another library');
const SPAN: Span = trace.wrapSpanContext({
  traceId: '1'.repeat(32),
  spanId: '2'.repeat(16),
  traceFlags: 1,
});
const BAGGAGE = propagation.createBaggage({ tenant: { value: 'acme' } });
const ENTRY: EntryOperation = { exceptionCaught() {} };
const { ROOT } = TracingContext;

describe('TracingContext', () => {
  describe('ROOT', () => {
    it('holds nothing', () => {
      expect(ROOT).toMatchObject({
        span: undefined,
        baggage: undefined,
        entry: undefined,
        suppressed: false,
      });
      expect(ROOT.getValue(OTHER)).toBeUndefined();
    });
  });

  describe('a change', () => {
    it.each<[string, (context: TracingContext) => TracingContext, Partial<TracingContext>]>([
      ['withSpan', (context) => context.withSpan(SPAN), { span: SPAN }],
      ['withBaggage', (context) => context.withBaggage(BAGGAGE), { baggage: BAGGAGE }],
      ['withEntry', (context) => context.withEntry(SPAN, ENTRY), { span: SPAN, entry: ENTRY }],
      ['withSuppressed', (context) => context.withSuppressed(true), { suppressed: true }],
    ])('by %s is in a new context, and all else stays', (_, change, expected) => {
      const full = ROOT.withEntry(undefined, ENTRY)
        .withBaggage(BAGGAGE)
        .withSuppressed(true)
        .setValue(OTHER, 'other');
      const changed = change(full);
      expect(changed).not.toBe(full);
      expect(full.span).toBeUndefined();
      expect(changed).toMatchObject({
        baggage: BAGGAGE,
        entry: ENTRY,
        suppressed: true,
        ...expected,
      });
      expect(changed.getValue(OTHER)).toBe('other');
      expect(change(ROOT)).toMatchObject({ ...expected });
    });

    it('takes a value out again', () => {
      const context = ROOT.withSpan(SPAN).withBaggage(BAGGAGE).withSuppressed(true);
      expect(context.withSpan(undefined).span).toBeUndefined();
      expect(context.withBaggage(undefined).baggage).toBeUndefined();
      expect(context.withSuppressed(false).suppressed).toBe(false);
    });
  });

  describe('as a context of the API', () => {
    it('keeps values of other keys, which replace and delete each other as there', () => {
      const first = ROOT.setValue(OTHER, 1);
      const second = first.setValue(OTHER, 2);
      const third = second.deleteValue(OTHER);
      expect([first, second, third].map((context) => context.getValue(OTHER))).toEqual([
        1,
        2,
        undefined,
      ]);
    });

    it('is itself where a key that it lacks is deleted', () => {
      expect(ROOT.deleteValue(OTHER)).toBe(ROOT);
    });

    it('holds the span where the API looks for it', () => {
      expect(trace.getSpan(ROOT.withSpan(SPAN))).toBe(SPAN);
      expect(trace.getSpan(ROOT)).toBeUndefined();
    });

    it('finds the span that the API set, and loses the one that it deleted', () => {
      const context = trace.setSpan(ROOT, SPAN);
      expect(context).toBeInstanceOf(TracingContext);
      expect((context as TracingContext).span).toBe(SPAN);
      expect((trace.deleteSpan(context) as TracingContext).span).toBeUndefined();
    });

    it('holds the baggage where the API looks for it', () => {
      expect(propagation.getBaggage(ROOT.withBaggage(BAGGAGE))).toBe(BAGGAGE);
      expect(propagation.getBaggage(ROOT)).toBeUndefined();
    });

    it('finds the baggage that the API set, and loses the one that it deleted', () => {
      const context = propagation.setBaggage(ROOT, BAGGAGE) as TracingContext;
      expect(context.baggage).toBe(BAGGAGE);
      expect((propagation.deleteBaggage(context) as TracingContext).baggage).toBeUndefined();
    });

    it('is suppressed for OpenTelemetry', () => {
      expect(isTracingSuppressed(ROOT.withSuppressed(true))).toBe(true);
      expect(isTracingSuppressed(ROOT)).toBe(false);
    });

    it('is suppressed and released by OpenTelemetry', () => {
      const suppressed = suppressTracing(ROOT) as TracingContext;
      expect(suppressed.suppressed).toBe(true);
      expect((unsuppressTracing(suppressed) as TracingContext).suppressed).toBe(false);
    });

    it('is suppressed by true only', () => {
      const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
      expect(ROOT.setValue(key, 'yes').suppressed).toBe(false);
    });
  });

  describe('from', () => {
    it('hands back a context of ours', () => {
      const context = ROOT.withSpan(SPAN);
      expect(TracingContext.from(context)).toBe(context);
    });

    it('takes what tracing knows from a foreign context', () => {
      const foreign = suppressTracing(
        propagation.setBaggage(trace.setSpan(ROOT_CONTEXT, SPAN), BAGGAGE),
      );
      expect(TracingContext.from(foreign)).toMatchObject({
        span: SPAN,
        baggage: BAGGAGE,
        suppressed: true,
        entry: undefined,
      });
    });

    it('keeps the other keys of a foreign context through changes', () => {
      const context = TracingContext.from(ROOT_CONTEXT.setValue(OTHER, 'other'))
        .withSpan(SPAN)
        .deleteValue(createContextKey('another one'));
      expect(context.getValue(OTHER)).toBe('other');
      expect(context.span).toBe(SPAN);
    });

    it("does not let a foreign context's span come back after it was taken out", () => {
      const foreign: Context = trace.setSpan(ROOT_CONTEXT, SPAN).setValue(OTHER, 1);
      const context = TracingContext.from(foreign).withSpan(undefined);
      expect(trace.getSpan(context)).toBeUndefined();
      expect(trace.getSpan(context.deleteValue(OTHER))).toBeUndefined();
    });

    it.each([[undefined], [null], ['text'], [{}]])('takes %p for the root context', (context) => {
      expect(TracingContext.from(context as never)).toBe(ROOT);
    });

    it('takes the root context of the API for one without anything', () => {
      expect(TracingContext.from(ROOT_CONTEXT)).toEqual(ROOT);
    });
  });
});

describe.each([
  ['a context of this library', ROOT as Context],
  ['a context of the API', ROOT_CONTEXT],
])('of %s', (_name, root) => {
  it('spanOf returns the span', () => {
    expect(spanOf(root)).toBeUndefined();
    expect(spanOf(trace.setSpan(root, SPAN))).toBe(SPAN);
  });

  it('isSuppressed says whether tracing is suppressed', () => {
    expect(isSuppressed(root)).toBe(false);
    expect(isSuppressed(suppressTracing(root))).toBe(true);
  });
});
