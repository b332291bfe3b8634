import { describe, expect, it } from '@jest/globals';
import { isLocalSpan } from '../../../../lib/context/index.js';
import { NotedSpan } from '../../../../lib/http/client/noted-span.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('NotedSpan', () => {
  it('stands for the span of its trace, and keeps the attributes that it is asked to keep', () => {
    const { tracer } = createTracing({ sampler: new AlwaysOffSampler() });
    const span = tracer.startSpan('call');
    const noted = new NotedSpan(span, ['status']);
    noted.setAttribute('status', 1).setAttribute('other', 2).setAttribute('status', 3);
    expect(noted.attributes).toEqual({ status: 3 });
    noted.setAttributes({ status: 4, other: 5 }).setAttributes(undefined).setAttributes({});
    expect(noted.attributes).toEqual({ status: 4 });
    expect(isLocalSpan(noted)).toBe(true);
    expect(noted.isRecording()).toBe(false);
    expect(noted.isUnsampledForAll).toBe(true);
    expect(noted.tracer).toBe(tracer);
    expect(noted.spanContext()).toBe(span.spanContext());
    const { kind, name, startTime, durationMillis } = noted;
    expect([kind, name, startTime, durationMillis, noted.currentTime()]).toEqual([
      span.kind,
      '',
      undefined,
      undefined,
      undefined,
    ]);
    expect(noted.recordError().recordExceptionOnce()).toBe(noted);
  });
});
