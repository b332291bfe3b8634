import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import {
  createTestTracing,
  dedent,
  SpanRecorder,
  traceAsText,
} from '../../../lib/testing/index.js';

const names = (spans: readonly { name: string }[]): string[] => spans.map(({ name }) => name);

describe('SpanRecorder', () => {
  it('has the spans that ended in the order of their ends, and those that are open', () => {
    const { tracer, recorder } = createTestTracing();
    const first = tracer.startSpan('first');
    const second = tracer.startSpan('second');
    expect(names(recorder.openSpans)).toEqual(['first', 'second']);
    second.end();
    first.end();
    expect(names(recorder.spans)).toEqual(['second', 'first']);
    expect(recorder.openSpans).toEqual([]);
  });

  it('refuses an invalid option', () => {
    expect(() => new SpanRecorder({ captureStacks: 'yes' as never })).toThrow(
      'SpanRecorder.captureStacks must be true or false',
    );
  });

  it('takes each span once', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.startSpan('a').end();
    expect(names(recorder.takeSpans())).toEqual(['a']);
    tracer.startSpan('b').end();
    expect(names(recorder.takeSpans())).toEqual(['b']);
    expect(recorder.takeSpans()).toEqual([]);
    expect(names(recorder.spans)).toEqual(['a', 'b']);
  });

  it('records spans of OpenTelemetry’s own tracer too', () => {
    const recorder = new SpanRecorder();
    const provider = new BasicTracerProvider({ spanProcessors: [recorder as never] });
    const parent = provider.getTracer('theirs').startSpan('parent');
    expect(names(recorder.openSpans)).toEqual(['parent']);
    parent.setAttribute('a', 1).end();
    expect(traceAsText(recorder.takeSpans())).toBe('parent a=1');
    recorder.verify();
  });

  describe('takeSpan', () => {
    it('takes the one span, or the one of a name', () => {
      const { tracer, recorder } = createTestTracing();
      tracer.startSpan('a').end();
      tracer.startSpan('b').end();
      expect(recorder.takeSpan('b').name).toBe('b');
      expect(recorder.takeSpan().name).toBe('a');
      recorder.verify();
    });

    it('fails where there is none or more than one, naming what there is', () => {
      const { tracer, recorder } = createTestTracing();
      expect(() => recorder.takeSpan()).toThrow('Expected one unread span, but there are 0.');
      tracer.startSpan('a').end();
      tracer.startSpan('a').end();
      expect(() => recorder.takeSpan('b')).toThrow('one unread span "b", but there are 0.');
      expect(() => recorder.takeSpan('a')).toThrow(dedent`
        Expected one unread span "a", but there are 2.
        Unread (2):
          a

          a
        Open (0):
          none
      `);
      expect(recorder.takeSpans()).toHaveLength(2);
    });
  });

  describe('takeTrace', () => {
    it('takes the one trace, or the one of an id', () => {
      const { tracer, recorder } = createTestTracing();
      tracer.trace('a', () => tracer.startSpan('child').end());
      tracer.startSpan('b').end();
      const traceId = recorder.spans[0]?.spanContext().traceId;
      expect(names(recorder.takeTrace(traceId))).toEqual(['child', 'a']);
      expect(names(recorder.takeTrace())).toEqual(['b']);
      recorder.verify();
    });

    it('fails where there is none, or where several could be meant', () => {
      const { tracer, recorder } = createTestTracing();
      expect(() => recorder.takeTrace()).toThrow('one unread trace, but there is none');
      expect(() => recorder.takeTrace('ff')).toThrow('the unread trace ff, but there is none');
      tracer.startSpan('a').end();
      tracer.startSpan('b').end();
      expect(() => recorder.takeTrace()).toThrow('one unread trace, but there are several');
      expect(recorder.takeSpans()).toHaveLength(2);
    });
  });

  describe('verify', () => {
    it('passes when all spans were taken and none is open', () => {
      const { tracer, recorder } = createTestTracing();
      recorder.verify();
      tracer.startSpan('a').end();
      recorder.takeSpans();
      recorder.verify();
      expect(recorder.spans).toEqual([]);
    });

    it('fails for a span that nobody took, also if somebody looked at it', () => {
      const { tracer, recorder } = createTestTracing();
      tracer.startSpan('forgotten').end();
      expect(recorder.spans).toHaveLength(1);
      expect(() => recorder.verify()).toThrow(dedent`
        A test must read all spans and leave none open.
        Unread (1):
          forgotten
        Open (0):
          none
        Call strictTracing at the top of the file to see who started them.
      `);
    });

    it('fails for a span that was left open', () => {
      const { tracer, recorder } = createTestTracing();
      tracer.startSpan('endless');
      expect(() => recorder.verify()).toThrow(dedent`
        Unread (0):
          none
        Open (1):
          endless [open]
      `);
    });

    it('shows who started the spans, if it captures stacks', () => {
      const recorder = new SpanRecorder({ captureStacks: true });
      const { tracer } = createTestTracing({ spanProcessors: [recorder] });
      tracer.startSpan('endless');
      expect(() => recorder.verify()).toThrow(
        /\nStarted:\n {2}endless: started at .*span-recorder\.spec\.ts:\d+:\d+\)?$/,
      );
    });

    it('lets the next test begin anew after a failure', () => {
      const { tracer, recorder } = createTestTracing();
      const left = tracer.startSpan('left open');
      tracer.startSpan('unread').end();
      expect(() => recorder.verify()).toThrow();
      left.end();
      expect(recorder.spans).toEqual([]);
      recorder.verify();
    });
  });

  it('has the unread spans, and leaves them unread', () => {
    const { tracer, recorder } = createTestTracing();
    for (const name of ['a', 'b', 'c']) tracer.startSpan(name).end();
    expect(names(recorder.unreadSpans)).toEqual(['a', 'b', 'c']);
    const [a, , c] = recorder.spans;
    recorder.markAsRead([a, c].filter((span) => span !== undefined));
    expect(names(recorder.unreadSpans)).toEqual(['b']);
    expect(names(recorder.takeSpans())).toEqual(['b']);
    expect(recorder.unreadSpans).toEqual([]);
    expect(recorder.spans).toHaveLength(3);
    recorder.verify();
  });

  describe('waitForSpans', () => {
    it('leaves the spans to those who take them', async () => {
      const { tracer, recorder } = createTestTracing();
      const waiting = recorder.waitForSpans(2);
      tracer.startSpan('a').end();
      setImmediate(() => tracer.startSpan('b').end());
      await expect(waiting).resolves.toBeUndefined();
      expect(names(recorder.takeSpans())).toEqual(['a', 'b']);
    });

    it('rejects after the deadline', async () => {
      const { recorder } = createTestTracing();
      await expect(recorder.waitForSpans(1, { deadlineMillis: 1 })).rejects.toThrow(
        '1 ms went by while waiting for 1 unread span(s).',
      );
    });
  });

  describe('waitForTrace', () => {
    it('leaves the trace to those who take it', async () => {
      const { tracer, recorder } = createTestTracing();
      tracer.trace('s', () => 1);
      await expect(recorder.waitForTrace()).resolves.toBeUndefined();
      expect(traceAsText(recorder.takeSpans())).toBe('s');
    });

    it('waits for a whole trace', async () => {
      const { tracer, recorder } = createTestTracing();
      const root = tracer.startSpan('root');
      tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
      await expect(recorder.waitForTrace({ deadlineMillis: 1 })).rejects.toThrow(
        '1 ms went by while waiting for a whole trace of at least 1 span(s).',
      );
      root.end();
      await recorder.waitForTrace({ spanCount: 2 });
      expect(names(recorder.takeTrace())).toEqual(['child', 'root']);
    });

    it('waits for spans with the given names, as many as there are names', async () => {
      const { tracer, recorder } = createTestTracing();
      tracer.startSpan('process').end();
      const sent = tracer.startSpan('send');
      sent.end();
      const process = () =>
        tracer.startSpan('process', {}, trace.setSpan(ROOT_CONTEXT, sent)).end();
      const spanNames = ['send', 'process', 'process'];
      const waiting = recorder.waitForTrace({ spanNames });
      process();
      await expect(recorder.waitForTrace({ spanNames, deadlineMillis: 1 })).rejects.toThrow(
        '1 ms went by while waiting for a whole trace of at least 1 span(s) with "send" and "process" and "process".',
      );
      setImmediate(process);
      await waiting;
      const taken = await recorder.takeNextTrace({ spanNames: ['send'] });
      expect(names(taken)).toEqual(spanNames);
      expect(recorder.unreadSpans).toHaveLength(1);
    });

    it('waits for the trace with the given id', async () => {
      const { tracer, recorder } = createTestTracing();
      tracer.startSpan('other').end();
      const span = tracer.startSpan('wanted');
      const { traceId } = span.spanContext();
      await expect(recorder.waitForTrace({ traceId, deadlineMillis: 1 })).rejects.toThrow(
        `waiting for the whole trace ${traceId} of at least 1 span(s).`,
      );
      span.end();
      expect(names(await recorder.takeNextTrace({ traceId }))).toEqual(['wanted']);
      expect(names(recorder.takeSpans())).toEqual(['other']);
    });

    it('is served in order with those who take the trace', async () => {
      const { tracer, recorder } = createTestTracing();
      const waiting = [recorder.waitForTrace(), recorder.takeNextTrace(), recorder.waitForTrace()];
      tracer.startSpan('a').end();
      await waiting[0];
      expect(recorder.takeSpans()).toEqual([]);
      tracer.startSpan('b').end();
      await waiting[2];
      expect(names(recorder.takeSpans())).toEqual(['b']);
    });
  });

  describe('takeNextSpans', () => {
    it('resolves at once with what has ended', async () => {
      const { tracer, recorder } = createTestTracing();
      tracer.startSpan('a').end();
      expect(names(await recorder.takeNextSpans(1))).toEqual(['a']);
      recorder.verify();
    });

    it('resolves when the last of them has ended', async () => {
      const { tracer, recorder } = createTestTracing();
      const waiting = recorder.takeNextSpans(2);
      tracer.startSpan('a').end();
      setImmediate(() => tracer.startSpan('b').end());
      expect(names(await waiting)).toEqual(['a', 'b']);
      recorder.verify();
    });

    it('does not count what was taken before', async () => {
      const { tracer, recorder } = createTestTracing();
      tracer.startSpan('a').end();
      recorder.takeSpans();
      const waiting = recorder.takeNextSpans(1);
      tracer.startSpan('b').end();
      expect(names(await waiting)).toEqual(['b']);
    });

    it('rejects after the deadline with what ended and what is open', async () => {
      const { tracer, recorder } = createTestTracing();
      tracer.trace('arrived', () => undefined);
      tracer.startSpan('under way');
      await expect(recorder.takeNextSpans(2, { deadlineMillis: 1 })).rejects.toThrow(dedent`
        1 ms went by while waiting for 2 unread span(s).
        Unread (1):
          arrived
        Open (1):
          under way [open]
      `);
      expect(recorder.takeSpans()).toHaveLength(1);
    });

    it('rejects when the recorder is reset', async () => {
      const { recorder } = createTestTracing();
      const waiting = recorder.takeNextSpans(1);
      recorder.reset();
      await expect(waiting).rejects.toThrow('The recorder was reset while waiting for');
    });
  });

  describe('takeNextTrace', () => {
    it('waits until no span of the trace is open', async () => {
      const { tracer, recorder } = createTestTracing();
      const waiting = recorder.takeNextTrace();
      const root = tracer.startSpan('root');
      tracer.startSpan('other trace');
      tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
      expect(recorder.spans).toHaveLength(1);
      setImmediate(() => root.end());
      expect(names(await waiting)).toEqual(['child', 'root']);
    });

    it('waits for as many spans as are asked for', async () => {
      const { tracer, recorder } = createTestTracing();
      const waiting = recorder.takeNextTrace({ spanCount: 2 });
      const sent = tracer.startSpan('sent');
      sent.end();
      tracer.startSpan('received', {}, trace.setSpan(ROOT_CONTEXT, sent)).end();
      expect(names(await waiting)).toEqual(['sent', 'received']);
    });

    it('leaves the spans of other traces unread', async () => {
      const { tracer, recorder } = createTestTracing();
      tracer.startSpan('a').end();
      tracer.startSpan('b').end();
      expect(names(await recorder.takeNextTrace())).toEqual(['a']);
      expect(names(await recorder.takeNextTrace())).toEqual(['b']);
    });

    it('rejects after the deadline while a span of the trace is open', async () => {
      const { tracer, recorder } = createTestTracing();
      const root = tracer.startSpan('root');
      tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
      await expect(recorder.takeNextTrace({ deadlineMillis: 1 })).rejects.toThrow(dedent`
        1 ms went by while waiting for a whole trace of at least 1 span(s).
        Unread (1):
          child [parent missing]
        Open (1):
          root [open]
      `);
    });
  });

  it('goes on recording after it was flushed and shut down', async () => {
    const { tracer, recorder } = createTestTracing();
    await recorder.forceFlush();
    await recorder.shutdown();
    tracer.startSpan('last').end();
    expect(recorder.takeSpan().name).toBe('last');
  });
});
