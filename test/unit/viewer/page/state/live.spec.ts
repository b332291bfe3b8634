import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventSourceDouble, installPageWindow } from '../../../../support/page-window.js';

const page = installPageWindow();
Object.assign(globalThis, { EventSource: EventSourceDouble });
jest.useFakeTimers();
const {
  continueStream,
  counts,
  followTraces,
  liveState,
  openStream,
  reconnections,
  spansPerSecond,
} = await import('../../../../../lib/viewer/page/state/live.js');

const { opened } = EventSourceDouble;

beforeEach(() => {
  opened.length = 0;
  continueStream('', undefined);
});
afterAll(() => {
  jest.useRealTimers();
});

describe('the stream', () => {
  it('is one for all who follow it, and tells what comes', () => {
    const told: unknown[] = [];
    const end = followTraces((event, isSnapshot) => told.push([event, isSnapshot]));
    openStream();
    expect(opened).toHaveLength(1);
    const { latest } = EventSourceDouble;
    latest.tell('snapshot', { rows: [], removed: [] });
    latest.tell('traces', { rows: [], removed: ['1'] });
    latest.tell('stale', { rows: [], removed: [] });
    expect(told).toEqual([
      [{ rows: [], removed: [] }, true],
      [{ rows: [], removed: ['1'] }, false],
      [{ rows: [], removed: [] }, true],
    ]);
    end();
    latest.tell('traces', { rows: [], removed: [] });
    expect(told).toHaveLength(3);
  });

  it('continues a list, with its filter, from its revision', () => {
    const [before] = opened;
    continueStream('q=status%3Aerror', 7);
    expect(before?.readyState).toBe(EventSourceDouble.CLOSED);
    expect(EventSourceDouble.latest.url).toBe('/api/stream?q=status%3Aerror&since=7');
    EventSourceDouble.latest.tell('traces', { rows: [], removed: [] }, '9');
    continueStream();
    expect(EventSourceDouble.latest.url).toBe('/api/stream?since=9');
  });

  it('keeps the latest counts, and how quickly spans arrive', () => {
    EventSourceDouble.latest.tell('counts', { spans: { received: 100 } });
    jest.advanceTimersByTime(2_000);
    EventSourceDouble.latest.tell('counts', { spans: { received: 300 } });
    jest.advanceTimersByTime(1_000);
    expect(counts.value).toEqual({ spans: { received: 300 } });
    expect(Math.round(spansPerSecond.value)).toBe(67);
  });

  it('tells whether the server answers, and is opened again where the browser gives up', () => {
    const before = reconnections.value;
    const { latest } = EventSourceDouble;
    latest.tell('open');
    expect([liveState.value, reconnections.value]).toEqual(['live', before]);
    latest.tell('error');
    expect(liveState.value).toBe('lost');
    jest.advanceTimersByTime(10_000);
    expect(opened).toHaveLength(1);
    latest.close();
    latest.tell('error');
    jest.advanceTimersByTime(10_000);
    expect(opened).toHaveLength(2);
    EventSourceDouble.latest.tell('open');
    expect([liveState.value, reconnections.value]).toEqual(['live', before + 1]);
  });

  it('hears nothing of a connection that it has left', () => {
    const [before] = opened;
    EventSourceDouble.latest.tell('open');
    continueStream('', 1);
    before?.tell('error');
    expect(liveState.value).toBe('live');
  });

  it('is closed while the page is hidden, and then continued', () => {
    const [before] = opened;
    before?.tell('counts', { spans: { received: 0 } }, '5');
    page.isHidden = true;
    page.tell('visibilitychange');
    openStream();
    expect([before?.readyState, opened.length]).toEqual([EventSourceDouble.CLOSED, 1]);
    page.isHidden = false;
    page.tell('visibilitychange');
    expect(opened.map(({ url }) => url).slice(1)).toEqual(['/api/stream?since=5']);
  });
});
