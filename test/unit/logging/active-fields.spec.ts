import { afterEach, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { contextStorage, StartUpSpan, TracingContext } from '../../../lib/context/index.js';
import { activeFields, activeFieldText, fieldsIn } from '../../../lib/logging/active-fields.js';
import { createLogFields } from '../../../lib/logging/log-fields.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { idsOf } from '../../support/log-entries.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTestTracing = tracingsOfTest();

describe('activeFields', () => {
  afterEach(() => expect(activeFields(undefined)).toBeUndefined());

  it('returns the ids of the active span', () => {
    const { tracer } = createTestTracing();
    tracer.trace('work', {}, (span) => {
      expect(activeFields(undefined)).toEqual(idsOf(span));
      tracer.trace('below', {}, (below) => expect(activeFields(undefined)).toEqual(idsOf(below)));
    });
  });

  it('returns the ids of a span that is not sampled, with its flags', () => {
    const { tracer } = createTestTracing({ sampler: new AlwaysOffSampler() });
    tracer.trace('work', {}, (span) => {
      expect(activeFields(undefined)).toEqual({ ...idsOf(span), trace_flags: '00' });
      expect(span.spanContext().spanId).toMatch(/[1-9a-f]/);
    });
  });

  it('returns nothing inside a span of no trace', () => {
    const { tracer } = createTestTracing();
    const startUp = new StartUpSpan(tracer.startSpan('start'));
    contextStorage.run(TracingContext.ROOT.withSpan(startUp), () => {
      expect(activeFields(undefined)).toEqual(idsOf(startUp));
      startUp.release();
      expect(activeFields(undefined)).toBeUndefined();
    });
    const odd = trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 });
    contextStorage.run(TracingContext.ROOT.withSpan(odd), () =>
      expect(activeFields(undefined)).toBeUndefined(),
    );
  });

  it('takes the fields of the application whose span is active', () => {
    const datadog = createTestTracing({ logging: { fields: 'datadog' } });
    const ecs = createTestTracing({ logging: { fields: 'ecs' } });
    datadog.tracer.trace('work', {}, () =>
      expect(activeFields(undefined)).toHaveProperty(['dd.span_id']),
    );
    ecs.tracer.trace('work', {}, () => expect(activeFields(undefined)).toHaveProperty(['span.id']));
  });

  it('takes the fields of the running application for a span of another library', () => {
    createTestTracing({ logging: { fields: 'ecs' } });
    const remote = trace.wrapSpanContext({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    });
    contextStorage.run(TracingContext.ROOT.withSpan(remote), () =>
      expect(activeFields(undefined)).toHaveProperty(['span.id'], 'b7ad6b7169203331'),
    );
  });

  it('prefers the fields of the logger', () => {
    const { tracer } = createTestTracing({ logging: { fields: 'datadog' } });
    tracer.trace('work', {}, () =>
      expect(activeFields(createLogFields('fields', () => ({ id: 'A' })))).toEqual({ id: 'A' }),
    );
  });

  it('reports once that a function of the user throws', () => {
    const fields = (): never => {
      throw new Error('no fields');
    };
    const { tracer, warnings } = createTestTracing({ logging: { fields } });
    tracer.trace('work', {}, () => {
      expect(activeFields(undefined)).toBeUndefined();
      expect(activeFields(undefined)).toBeUndefined();
    });
    expect(warnings).toEqual([
      'The function for the fields of log lines threw; these lines have no ids of their span: Error: no fields',
    ]);
  });
});

describe('fieldsIn', () => {
  it('returns the ids of the span of a context', () => {
    const { tracer } = createTestTracing();
    const span = tracer.startSpan('work');
    expect(fieldsIn(TracingContext.ROOT.withSpan(span), undefined)).toEqual(idsOf(span));
    expect(fieldsIn(TracingContext.ROOT, undefined)).toBeUndefined();
  });
});

describe('activeFieldText', () => {
  it('is the text of the fields of the active span, as of the object', () => {
    const { tracer } = createTestTracing();
    expect(activeFieldText(undefined)).toBeUndefined();
    tracer.trace('work', {}, (span) => {
      expect(activeFieldText(undefined)?.values).toEqual(idsOf(span));
      expect(activeFieldText(undefined)).toBe(activeFieldText(undefined));
      expect(activeFieldText(createLogFields('fields', 'ecs'))?.values).toHaveProperty(['span.id']);
    });
    const released = new StartUpSpan(tracer.startSpan('start'));
    released.release();
    contextStorage.run(TracingContext.ROOT.withSpan(released), () =>
      expect(activeFieldText(undefined)).toBeUndefined(),
    );
  });

  it('reports that a function of the user throws', () => {
    const { tracer, warnings } = createTestTracing({
      logging: {
        fields: () => {
          throw new Error('no fields');
        },
      },
    });
    tracer.trace('work', {}, () => expect(activeFieldText(undefined)).toBeUndefined());
    expect(warnings).toHaveLength(1);
  });
});
