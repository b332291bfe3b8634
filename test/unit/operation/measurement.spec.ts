import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, of } from 'rxjs';
import { DURATION_BOUNDS } from '../../../lib/context/operation-metrics.js';
import { callMeasured, DurationRecorder } from '../../../lib/operation/measurement.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { metricsAsText } from '../../support/metrics-as-text.js';

const PLAN = {
  name: 'work.duration',
  description: 'Duration of work.',
  bounds: DURATION_BOUNDS,
  attributes: ['kind', 'error.type'],
};

describe('DurationRecorder', () => {
  it('is missing in an application without metrics, and without durations', () => {
    for (const metrics of [undefined, { durations: false }]) {
      const { tracer, close } = createTestTracing({ metrics });
      expect(DurationRecorder.of(tracer, PLAN)).toBeUndefined();
      close();
    }
  });

  it('records a sampled operation with the duration of its span, once', () => {
    const { tracer, tracing, recorder, clock, close } = createTestTracing({ metrics: true });
    const durations = DurationRecorder.of(tracer, PLAN) as DurationRecorder;
    const span = tracer.startSpan('work');
    const measurement = durations.begin(durations.root.with('a'), span);
    clock.advance(19);
    span.end();
    clock.advance(1000);
    measurement.end(measurement.path.with(undefined));
    measurement.end(measurement.path.with('Error'));
    const [{ duration } = { duration: [0, 0] }] = recorder.takeSpans();
    expect(duration).toEqual([0, 20_000_000]);
    expect(metricsAsText(tracing.metrics.collect())).toMatch(
      /^work\.duration\{kind=a\} 1 in 0\.02 \[0\.025: 1\] exemplar 0\.02 /,
    );
    close();
  });

  it('records an unsampled operation with the time of the clock', () => {
    const sampler = new AlwaysOffSampler();
    const { tracer, tracing, clock, close } = createTestTracing({ metrics: true, sampler });
    const durations = DurationRecorder.of(tracer, PLAN) as DurationRecorder;
    const span = tracer.startSpan('work');
    const measurement = durations.begin(durations.root.with('a'), span);
    clock.advance(99);
    measurement.end(measurement.path.with('Error'));
    expect(metricsAsText(tracing.metrics.collect())).toBe(
      'work.duration{error.type=Error kind=a} 1 in 0.1 [0.1: 1]',
    );
    close();
  });
});

describe('callMeasured', () => {
  it('measures a call until its work ends, and each further subscription', async () => {
    const sampler = new AlwaysOffSampler();
    const { tracer, tracing, close } = createTestTracing({ metrics: true, sampler });
    const durations = DurationRecorder.of(tracer, PLAN) as DurationRecorder;
    const span = tracer.startSpan('work');
    const begin = () => durations.begin(durations.root.with('a'), span);
    expect(await callMeasured(begin, async () => 1)).toBe(1);
    const fails = async (): Promise<void> => {
      throw new TypeError('x');
    };
    await expect(callMeasured(begin, fails)).rejects.toThrow(TypeError);
    const values = callMeasured(begin, () => of(1));
    await firstValueFrom(values);
    await firstValueFrom(values);
    expect(metricsAsText(tracing.metrics.collect()).replace(/ in .*/g, '')).toBe(
      'work.duration{kind=a} 3\nwork.duration{error.type=TypeError kind=a} 1',
    );
    close();
  });

  it('only calls the function where nothing is measured', () => {
    expect(
      callMeasured(
        () => undefined,
        () => 7,
      ),
    ).toBe(7);
  });
});
