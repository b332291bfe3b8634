import { describe, expect, it, jest } from '@jest/globals';
import { EventSourceDouble } from '../../../../support/page-window.js';

Object.assign(globalThis, { EventSource: EventSourceDouble });
const { counts, followTraces, liveState, openStream } = await import(
  '../../../../../lib/viewer/page/state/live.js'
);

describe('the stream', () => {
  it('is one for all who follow it, and tells what comes', () => {
    const told: unknown[] = [];
    const end = followTraces((event, isSnapshot) => told.push([event, isSnapshot]));
    openStream();
    expect(EventSourceDouble.opened.map(({ url }) => url)).toEqual(['/api/stream']);
    const { latest } = EventSourceDouble;
    latest.tell('snapshot', { rows: [], removed: [] });
    latest.tell('traces', { rows: [], removed: ['1'] });
    expect(told).toEqual([
      [{ rows: [], removed: [] }, true],
      [{ rows: [], removed: ['1'] }, false],
    ]);
    end();
    latest.tell('traces', { rows: [], removed: [] });
    expect(told).toHaveLength(2);
  });

  it('keeps the latest counts', () => {
    EventSourceDouble.latest.tell('counts', { byteCount: 1 });
    expect(counts.value).toEqual({ byteCount: 1 });
  });

  it('tells whether the server answers, and is opened again where the browser gives up', () => {
    jest.useFakeTimers();
    const { latest } = EventSourceDouble;
    latest.tell('open');
    expect(liveState.value).toBe('live');
    latest.tell('error');
    expect(liveState.value).toBe('lost');
    jest.advanceTimersByTime(10_000);
    expect(EventSourceDouble.opened).toHaveLength(1);
    latest.close();
    latest.tell('error');
    jest.advanceTimersByTime(10_000);
    expect(EventSourceDouble.opened).toHaveLength(2);
    EventSourceDouble.latest.tell('open');
    expect(liveState.value).toBe('live');
    jest.useRealTimers();
  });
});
