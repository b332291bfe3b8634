import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import { SteadyClock } from '../../../lib/testing/index.js';
import { type Clock, RecordingSpan, SystemClock } from '../../../lib/trace/index.js';
import { contextWith, remoteParent } from '../../support/parents.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const EPOCH_MILLIS = Date.UTC(2024, 0, 1);
const EPOCH_SECONDS = EPOCH_MILLIS / 1000;
const tracingWith = tracingsOfTest();

describe('the times of spans', () => {
  it('of a trace count from one origin, though the wall clock is set meanwhile', () => {
    const steady = new SteadyClock();
    let origin = EPOCH_MILLIS;
    const clock: Clock = { now: () => steady.now(), originEpochMillis: () => origin };
    const { tracer } = tracingWith({ clock });
    const parent = tracer.startSpan('parent');
    origin += 3_600_000;
    steady.advance(5);
    const child = tracer.startSpan('child', {}, contextWith(parent)) as RecordingSpan;
    const other = tracer.startSpan('other', {}, remoteParent()) as RecordingSpan;
    expect(child.startTime).toEqual([EPOCH_SECONDS, 5_000_000]);
    expect(other.startTime).toEqual([EPOCH_SECONDS + 3600, 5_000_000]);
  });

  it('of a trace do not run backwards, whatever the clock does', () => {
    const readings = [100, 50, 60, 10];
    const clock: Clock = {
      now: () => readings.shift() ?? 0,
      originEpochMillis: () => EPOCH_MILLIS,
    };
    const { tracer, warnings } = tracingWith({ clock });
    const parent = tracer.startSpan('parent') as RecordingSpan;
    const child = tracer.startSpan('child', {}, contextWith(parent)) as RecordingSpan;
    child.end();
    parent.end();
    expect([child.startMillis, child.endMillis, parent.endMillis]).toEqual([100, 100, 100]);
    expect(warnings).toEqual(['The clock ran backwards; using the last valid time']);
  });

  it('are those of the system where the clock throws', () => {
    const clock: Clock = {
      now: () => {
        throw new Error('no time');
      },
      originEpochMillis: () => {
        throw new Error('no time');
      },
    };
    const { tracer, warnings } = tracingWith({ clock });
    const before = Math.floor(Date.now() / 1000) - 1;
    const span = tracer.startSpan('work') as RecordingSpan;
    span.end();
    expect(span.startTime[0]).toBeGreaterThanOrEqual(before);
    expect(span.startTime[0]).toBeLessThanOrEqual(Date.now() / 1000 + 1);
    expect(warnings[0]).toBe('The clock threw; using the system time: Error: no time');
  });

  it('follow a wall clock that was set while nothing was traced', () => {
    let monotonic = 0;
    let wall = performance.timeOrigin;
    const clock = new SystemClock(
      () => monotonic,
      () => wall,
    );
    const { tracer } = tracingWith<Clock>({ clock });
    tracer.startSpan('before').end();
    const later = performance.timeOrigin + 7_200_000;
    monotonic = 3_600_000;
    wall = later;
    const span = tracer.startSpan('after') as RecordingSpan;
    span.end();
    expect(Math.abs(span.startTime[0] - later / 1000)).toBeLessThan(2);
  });

  it("of a child of another application's span are those of its own clock", () => {
    const first = tracingWith({ clock: new SteadyClock() });
    const second = tracingWith<Clock>({
      clock: { now: () => 500_000, originEpochMillis: () => EPOCH_MILLIS + 1000 },
    });
    const parent = first.tracer.startSpan('parent');
    const child = second.tracer.startSpan('child', {}, contextWith(parent)) as RecordingSpan;
    expect(child.startTime).toEqual([EPOCH_SECONDS + 501, 0]);
    expect(child.parentSpanContext).toBe(parent.spanContext());
  });
});
