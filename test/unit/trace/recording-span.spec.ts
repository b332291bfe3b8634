import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type Attributes,
  createTraceState,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import { type LocalSpan } from '../../../lib/context/index.js';
import {
  createTestTracing,
  SteadyClock,
  type TestTracing,
  type TestTracingOptions,
} from '../../../lib/testing/index.js';
import type { ReadableSpan, RecordingSpan } from '../../../lib/trace/index.js';

const EPOCH_MILLIS = Date.UTC(2024, 0, 1);
const EPOCH_SECONDS = EPOCH_MILLIS / 1000;
const AFTER_END = 'A span was changed or ended after its end; the change is ignored: work';
const OTHER_CONTEXT: SpanContext = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: 1,
};

let tracing: TestTracing;

function start(options: TestTracingOptions<SteadyClock> = {}): RecordingSpan {
  tracing = createTestTracing({ clock: new SteadyClock(), ...options });
  return tracing.tracer.startSpan('work') as RecordingSpan;
}

function ended(span: LocalSpan): ReadableSpan {
  span.end();
  return tracing.recorder.takeSpan();
}

afterEach(() => {
  tracing.close();
  tracing.recorder.reset();
});

describe('a span', () => {
  it('reads as OpenTelemetry reads spans', () => {
    const span = start();
    tracing.clock.advance(12.000_345);
    expect(ended(span)).toBe(span);
    expect(span).toMatchObject({
      name: 'work',
      kind: SpanKind.INTERNAL,
      parentSpanContext: undefined,
      startTime: [EPOCH_SECONDS, 0],
      endTime: [EPOCH_SECONDS, 12_000_345],
      duration: [0, 12_000_345],
      status: { code: SpanStatusCode.UNSET },
      attributes: {},
      events: [],
      links: [],
      ended: true,
      resource: tracing.provider.core.resource,
      instrumentationScope: { name: 'nestjs-traced' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    });
  });

  it('has one span context, which holds no trace state if there is none', () => {
    const span = start();
    expect(span.spanContext()).toEqual({
      traceId: '1'.padStart(32, '0'),
      spanId: '1'.padStart(16, '0'),
      traceFlags: 1,
    });
    expect(span.spanContext()).toBe(span.spanContext());
    expect(span.spanContext().traceState).toBeUndefined();
  });

  it('has the trace state that the sampler gave it', () => {
    const traceState = createTraceState('ot=th:8');
    const span = start({
      sampler: { shouldSample: () => ({ decision: 2, traceState }), toString: () => 'x' },
    });
    expect(span.spanContext().traceState).toBe(traceState);
  });

  it('knows its tracer, and that it is not unsampled', () => {
    expect(start()).toMatchObject({ tracer: tracing.tracer, isUnsampledForAll: false });
  });

  it('records until its end', () => {
    const span = start();
    expect(span.isRecording()).toBe(true);
    expect(span.ended).toBe(false);
    span.end();
    expect(span.isRecording()).toBe(false);
  });
});

describe('attributes', () => {
  it('are set one by one and together, and the last value stays', () => {
    const span = start();
    expect(span.setAttribute('a', 1).setAttributes({ b: 'two', a: [1, 2] })).toBe(span);
    expect(Object.entries(span.attributes)).toEqual([
      ['a', [1, 2]],
      ['b', 'two'],
    ]);
  });

  it('that are none are left out, counted and reported', () => {
    const span = start();
    span.setAttribute('object', {} as never).setAttributes({ '': 1, good: 1 });
    expect(span.attributes).toEqual({ good: 1 });
    expect(span.droppedAttributesCount).toBe(2);
    expect(tracing.provider.core.invalidAttributeCount).toBe(2);
    expect(tracing.warnings).toEqual([expect.stringMatching(/^An attribute was dropped: /)]);
  });

  it('over the limit are left out and counted, without a report', () => {
    const span = start({ spanLimits: { attributeCountLimit: 2, attributeValueLengthLimit: 3 } });
    span.setAttributes({ a: 'long text', b: 2, c: 3 }).setAttribute('b', 4);
    expect(span.attributes).toEqual({ a: 'lon', b: 4 });
    expect(span.droppedAttributesCount).toBe(1);
    expect(tracing.warnings).toEqual([]);
  });

  it('without a value are not counted', () => {
    const span = start();
    span.setAttribute('a', undefined).setAttributes({ b: undefined });
    expect(span.droppedAttributesCount).toBe(0);
  });

  it('are taken from an object itself, not from its prototype', () => {
    const span = start();
    span.setAttributes(Object.create({ inherited: 1 }) as Attributes);
    expect(span.attributes).toEqual({});
  });
});

describe('events', () => {
  it('have a name, the time of their adding and attributes', () => {
    const span = start();
    tracing.clock.advance(5.25);
    expect(span.addEvent('retry', { attempt: 2 })).toBe(span);
    span.addEvent('done');
    expect(span.events).toEqual([
      {
        name: 'retry',
        time: [EPOCH_SECONDS, 5_250_000],
        attributes: { attempt: 2 },
        droppedAttributesCount: 0,
      },
      {
        name: 'done',
        time: [EPOCH_SECONDS, 5_250_000],
        attributes: {},
        droppedAttributesCount: 0,
      },
    ]);
  });

  it.each<[string, [(Attributes | TimeInput)?, TimeInput?]]>([
    ['a date in the place of attributes', [new Date(EPOCH_MILLIS + 7)]],
    ['epoch milliseconds in the place of attributes', [EPOCH_MILLIS + 7]],
    ['a pair in the place of attributes', [[EPOCH_SECONDS, 7_000_000]]],
    ['a time after attributes', [{}, EPOCH_MILLIS + 7]],
    ['a time after no attributes', [undefined, EPOCH_MILLIS + 7]],
  ])('have a given time: %s', (_, args) => {
    const span = start();
    span.addEvent('event', ...args);
    expect(span.events).toEqual([
      {
        name: 'event',
        time: [EPOCH_SECONDS, 7_000_000],
        attributes: {},
        droppedAttributesCount: 0,
      },
    ]);
  });

  it('do not lie before the start of the span', () => {
    const span = start();
    span.addEvent('early', EPOCH_MILLIS - 1);
    expect(span.events[0]?.time).toEqual([EPOCH_SECONDS, 0]);
  });

  it('happen now where the given time is none, which is reported', () => {
    const span = start();
    tracing.clock.advance(3);
    span.addEvent('event', {}, 'tomorrow' as never);
    expect(span.events[0]?.time).toEqual([EPOCH_SECONDS, 3_000_000]);
    expect(tracing.warnings).toEqual(['Invalid span time; using the current time']);
  });

  it('keep the last ones where there are too many', () => {
    const span = start({ spanLimits: { eventCountLimit: 2 } });
    for (const name of ['first', 'second', 'third']) span.addEvent(name);
    expect(span.events.map(({ name }) => name)).toEqual(['second', 'third']);
    expect(span.droppedEventsCount).toBe(1);
  });

  it('are all left out where the limit is 0', () => {
    const span = start({ spanLimits: { eventCountLimit: 0 } });
    expect(span.addEvent('event').events).toEqual([]);
    expect(span.droppedEventsCount).toBe(1);
  });
});

describe('links', () => {
  it('have the context they lead to and attributes', () => {
    const span = start();
    expect(span.addLink({ context: OTHER_CONTEXT, attributes: { reason: 'batch' } })).toBe(span);
    expect(span.addLinks([{ context: OTHER_CONTEXT }])).toBe(span);
    expect(span.links).toEqual([
      { context: OTHER_CONTEXT, attributes: { reason: 'batch' }, droppedAttributesCount: 0 },
      { context: OTHER_CONTEXT, attributes: {}, droppedAttributesCount: 0 },
    ]);
  });

  it('keep the first ones where there are too many', () => {
    const span = start({ spanLimits: { linkCountLimit: 1 } });
    span.addLinks([{ context: OTHER_CONTEXT }, { context: { ...OTHER_CONTEXT, spanId: 'c' } }]);
    expect(span.links.map(({ context }) => context)).toEqual([OTHER_CONTEXT]);
    expect(span.droppedLinksCount).toBe(1);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a link without a context', {}],
    ['a context without a trace', { context: {} }],
  ])('that are none are left out and counted: %s', (_, link) => {
    const span = start();
    expect(span.addLink(link as Link).links).toEqual([]);
    expect(span.droppedLinksCount).toBe(1);
  });

  it.each([[undefined], [null], [{}], ['text']])('are not taken from %p', (links) => {
    const span = start();
    expect(span.addLinks(links as unknown as Link[])).toBe(span);
    expect(span.links).toEqual([]);
  });
});

describe('the status', () => {
  const { UNSET, OK, ERROR } = SpanStatusCode;

  it.each<[string, SpanStatus[], SpanStatus]>([
    ['UNSET at first', [], { code: UNSET }],
    ['OK', [{ code: OK }], { code: OK }],
    ['OK without the message', [{ code: OK, message: 'fine' }], { code: OK }],
    ['ERROR with its message', [{ code: ERROR, message: 'bad' }], { code: ERROR, message: 'bad' }],
    ['ERROR without one', [{ code: ERROR }], { code: ERROR }],
    ['the last ERROR', [{ code: ERROR, message: 'a' }, { code: ERROR }], { code: ERROR }],
    ['OK over ERROR', [{ code: ERROR, message: 'bad' }, { code: OK }], { code: OK }],
    ['OK for good', [{ code: OK }, { code: ERROR, message: 'bad' }], { code: OK }],
    ['not UNSET again', [{ code: ERROR }, { code: UNSET }], { code: ERROR }],
    ['not what is none', [undefined, null, {}, { code: 7 }] as never, { code: UNSET }],
    ['without a message that is none', [{ code: ERROR, message: 7 }] as never, { code: ERROR }],
  ])('is %s', (_, statuses, expected) => {
    const span = start();
    for (const status of statuses) expect(span.setStatus(status)).toBe(span);
    expect(span.status).toEqual(expected);
  });

  it('of a span does not change that of another', () => {
    start().setStatus({ code: ERROR });
    expect(start().status).toEqual({ code: UNSET });
  });
});

describe('the name', () => {
  it('can be changed until the end', () => {
    const span = start();
    expect(span.updateName('better').name).toBe('better');
  });

  it.each([[''], [undefined], [7]])('is kept where the new one is %p', (name) => {
    expect(start().updateName(name as string).name).toBe('work');
    expect(tracing.warnings).toEqual([
      '`updateName` was called without a name; the span keeps its name',
    ]);
  });
});

describe('callbacks before the end', () => {
  it('run once, in their order, while the span can still be changed', () => {
    const span = start();
    span.beforeEnd(() => span.setAttribute('first', span.isRecording()));
    span.beforeEnd(() => span.setAttribute('second', Object.keys(span.attributes).length));
    expect(ended(span).attributes).toEqual({ first: true, second: 1 });
    span.end();
    expect(tracing.warnings).toEqual([AFTER_END]);
  });

  it('count as part of the span, which ends after them', () => {
    const span = start();
    span.beforeEnd(() => tracing.clock.advance(5));
    expect(ended(span).duration).toEqual([0, 5_000_000]);
  });

  it('that throw are reported, and do not keep the others from running', () => {
    const span = start();
    span.beforeEnd(() => {
      throw new Error('broken');
    });
    span.beforeEnd(() => span.setAttribute('second', true));
    expect(ended(span).attributes).toEqual({ second: true });
    expect(tracing.warnings).toEqual(['A callback before the end of a span threw: Error: broken']);
  });

  it('are refused after the end', () => {
    const span = start();
    span.end();
    tracing.recorder.takeSpan();
    span.beforeEnd(() => undefined);
    expect(tracing.warnings).toEqual([AFTER_END]);
  });
});
