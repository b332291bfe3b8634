import { describe, expect, it } from '@jest/globals';
import { signal } from '@preact/signals';
import type { TraceJson } from '../../../../../lib/viewer/api/answers.js';
import { TraceLoader } from '../../../../../lib/viewer/page/trace/trace-loader.js';
import { TraceState } from '../../../../../lib/viewer/page/trace/trace-state.js';
import { columnsJsonOf } from '../../../../support/page-trace.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const ID = 'a'.repeat(32);

function loaderOf(first: string | undefined) {
  const timers: { run: () => void; millis: number }[] = [];
  let answer: TraceJson | undefined | Error = first === undefined ? undefined : jsonOf(first);
  let now = 10_000;
  let stepMillis = 0;
  let fetchCount = 0;
  const state = new TraceState({ search: signal(new URLSearchParams()), set: () => {} });
  const loader = new TraceLoader(ID, state, {
    fetchTrace: async () => {
      fetchCount++;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    fetchEvents: async () => ({
      rows: 'AAAAAA==',
      times: 'AAAAAAAA8D8=',
      exceptions: 'AQ==',
      hasMore: false,
    }),
    nowMillis: () => {
      now += stepMillis;
      return now;
    },
    later: (run, millis) => {
      const timer = { run, millis };
      timers.push(timer);
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
      };
    },
    whenIdle: (run) => {
      run();
      return () => {};
    },
  });
  return {
    state,
    loader,
    timers,
    fetches: () => fetchCount,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    /** From now on each look at the clock takes some time. */
    slow: (millis: number) => {
      stepMillis = millis;
    },
    pass: (millis: number) => {
      now += millis;
    },
  };
}

function rowOf(spanCount: number): TraceJson['row'] {
  return { id: ID, spanCount, spanRevision: spanCount, logCount: 0 } as TraceJson['row'];
}

function jsonOf(lines: string): TraceJson {
  const trace = traceOfLines(lines);
  return { ...columnsJsonOf(trace), nowNanos: 0, row: rowOf(trace.spanCount), logs: [] };
}

const changed = (spanCount: number) => ({ rows: [rowOf(spanCount)], removed: [] });

describe('TraceLoader', () => {
  it('shows a trace with its sentences and findings', async () => {
    const { loader, state } = loaderOf('a [failed] 0-10');
    await loader.load();
    expect(loader.loadState.value).toBe('shown');
    expect(state.model.value?.trace.spanCount).toBe(1);
    expect(state.sentences.value).toHaveLength(1);
    expect(state.findings.value).toEqual([]);
    await Promise.resolve();
    expect([...state.events.value]).toEqual([[0, [{ nanos: 1, isBad: true }]]]);
  });

  it('says that there is no such trace, and why it cannot be loaded', async () => {
    const gone = loaderOf(undefined);
    await gone.loader.load();
    expect(gone.loader.loadState.value).toBe('gone');
    const failed = loaderOf('a 0-1');
    failed.answerWith(new Error('no answer'));
    await failed.loader.load();
    expect([failed.loader.loadState.value, failed.loader.problem.value]).toEqual([
      'failed',
      'no answer',
    ]);
  });

  it('asks again when the trace has changed, at most each 500 ms', async () => {
    const { loader, timers, fetches, pass, answerWith, state } = loaderOf('a 0-10');
    await loader.load();
    loader.follow(changed(1), false);
    expect(timers).toEqual([]);
    pass(100);
    loader.follow(changed(2), false);
    loader.follow(changed(3), false);
    expect(timers.map(({ millis }) => millis)).toEqual([400]);
    answerWith(jsonOf('a 0-10\n  b 1-2'));
    timers[0]?.run();
    await Promise.resolve();
    await Promise.resolve();
    expect([fetches(), state.model.value?.trace.spanCount]).toEqual([2, 2]);
  });

  it('does not ask again where the spans are as before', async () => {
    const { loader, timers, state } = loaderOf('a 0-10');
    await loader.load();
    const settled = { ...rowOf(1), state: 'complete' as const, isStarred: true };
    loader.follow({ rows: [settled], removed: [] }, false);
    expect([timers.length, state.row.value]).toEqual([0, settled]);
    // A span that was sent again with other details is a change too, and so is a log record.
    loader.follow({ rows: [{ ...settled, spanRevision: 9 }], removed: [] }, false);
    expect(timers).toHaveLength(1);
    timers.splice(0)[0]?.run();
    await Promise.resolve();
    loader.follow({ rows: [{ ...settled, spanRevision: 9, logCount: 1 }], removed: [] }, false);
    expect(timers).toHaveLength(1);
  });

  it('explains in slices, between which the page can paint', async () => {
    const { loader, timers, state, slow } = loaderOf('a [failed] 0-10');
    slow(10);
    await loader.load();
    for (let slices = 0; slices < 100 && timers.length > 0; slices++) {
      expect(timers.map(({ millis }) => millis)).toEqual([0]);
      if (slices === 0) expect(state.sentences.value).toBeUndefined();
      timers.shift()?.run();
    }
    expect([state.sentences.value?.length, state.findings.value]).toEqual([1, []]);
  });

  it('ignores other traces, and says when the trace was dropped', async () => {
    const { loader, timers } = loaderOf('a 0-10');
    await loader.load();
    loader.follow({ rows: [{ ...rowOf(9), id: 'b' }], removed: ['c'] }, false);
    expect([timers.length, loader.isDropped.value]).toEqual([0, false]);
    loader.follow({ rows: [], removed: [ID] }, false);
    expect([loader.loadState.value, loader.isDropped.value]).toEqual(['shown', true]);
  });

  it('asks again if so much has changed that nobody says what', async () => {
    const { loader, timers } = loaderOf('a 0-10');
    await loader.load();
    loader.follow({ rows: [rowOf(1)], removed: [] }, true);
    expect(timers).toHaveLength(0);
    loader.follow({ rows: [], removed: [] }, true);
    expect(timers).toHaveLength(1);
  });

  it('lets running spans grow, and stops when they end', async () => {
    const { loader, timers, answerWith, state, pass } = loaderOf('a 0-');
    await loader.load();
    const base = state.model.value?.trace.base ?? 0n;
    expect(timers).toHaveLength(1);
    pass(Number(base / 1_000_000n));
    timers.shift()?.run();
    expect(state.model.value?.whole.to).toBe(10_000e6);
    answerWith(jsonOf('a 0-10'));
    await loader.load();
    expect(timers).toHaveLength(0);
    expect(state.model.value?.runningCount).toBe(0);
  });

  it('computes the trace anew without asking for it, once it has one', async () => {
    const { loader, state, fetches } = loaderOf('a [failed] 0-10');
    loader.redraw();
    expect(state.model.value).toBeUndefined();
    await loader.load();
    const before = state.model.value;
    state.sentences.value = undefined;
    loader.redraw();
    expect(state.model.value).not.toBe(before);
    expect([state.sentences.value, fetches()]).toEqual([[expect.anything()], 1]);
  });

  it('ends what is planned', async () => {
    const { loader, timers } = loaderOf('a 0-');
    await loader.load();
    loader.follow(changed(5), false);
    loader.close();
    expect(timers).toEqual([]);
  });
});
