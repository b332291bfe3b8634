import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TraceRow } from '../../../../../lib/viewer/api/trace-row.js';
import {
  answerFetches,
  EventSourceDouble,
  installPageWindow,
} from '../../../../support/page-window.js';
import { traceRow } from '../../../../support/trace-rows.js';

installPageWindow();
Object.assign(globalThis, { EventSource: EventSourceDouble });
jest.useFakeTimers();
const { ListState } = await import('../../../../../lib/viewer/page/list/list-state.js');
const { readListAddress } = await import('../../../../../lib/viewer/page/list/list-address.js');
const { toasts } = await import('../../../../../lib/viewer/page/state/toasts.js');

const fetches = answerFetches();
const addressOf = (search = '') => readListAddress(new URLSearchParams(search));
const COUNTS = { traces: { kept: 3, seen: 9 } };

function answerList(numbers: readonly number[], more: object = {}): void {
  const traces = numbers.map((number) => traceRow(number));
  fetches.answer = () =>
    new Response(JSON.stringify({ traces, revision: 7, counts: COUNTS, ...more }));
}

const numbersOf = (rows: readonly TraceRow[]): number[] =>
  rows.map(({ id }) => Number.parseInt(id, 16));

async function openList(numbers: readonly number[], search = '', more?: object) {
  answerList(numbers, more);
  const state = new ListState();
  await state.open(addressOf(search));
  return state;
}

beforeEach(() => {
  toasts.value = [];
  EventSourceDouble.opened.length = 0;
});
afterAll(() => {
  jest.useRealTimers();
});

describe('ListState', () => {
  it('loads the list of an address, and follows what it shows', async () => {
    const state = await openList([3, 2, 1], 'q=status%3Aerror');
    expect(numbersOf(state.rows.value)).toEqual([3, 2, 1]);
    expect(state.isLoaded.value).toBe(true);
    expect(fetches.asked.map(({ path }) => path)).toEqual([
      '/api/traces?q=status%3Aerror&limit=500',
    ]);
    expect(EventSourceDouble.latest.url).toBe('/api/stream?q=status%3Aerror&since=7');
    state.follow({ rows: [traceRow(4)], removed: [traceRow(1).id] }, false);
    expect(numbersOf(state.rows.value)).toEqual([4, 3, 2]);
  });

  it('keeps the last good list where a query has an error', async () => {
    const state = await openList([1]);
    const error = { message: 'The value is missing', column: 9, length: 1 };
    fetches.answer = () => new Response(JSON.stringify({ error }), { status: 400 });
    await state.open(addressOf('q=duration%3E'));
    expect(state.queryError.value).toEqual(error);
    expect([numbersOf(state.rows.value), state.failure.value]).toEqual([[1], undefined]);
    answerList([2]);
    await state.open(addressOf('q=name%3Aa'));
    expect([state.queryError.value, numbersOf(state.rows.value)]).toEqual([undefined, [2]]);
  });

  it('says why a list was not loaded', async () => {
    fetches.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    const state = new ListState();
    await state.open(addressOf());
    expect([state.isLoaded.value, state.failure.value]).toEqual([
      false,
      'the viewer does not answer.',
    ]);
  });

  it('shows the answer to the latest address only', async () => {
    const answers: ((response: Response) => void)[] = [];
    fetches.answer = () => new Promise((resolve) => answers.push(resolve));
    const state = new ListState();
    const first = state.open(addressOf('q=a'));
    const second = state.open(addressOf('q=b'));
    const list = (number: number) =>
      new Response(JSON.stringify({ traces: [traceRow(number)], revision: 1, counts: COUNTS }));
    answers[1]?.(list(2));
    answers[0]?.(list(1));
    await Promise.all([first, second]);
    expect(numbersOf(state.rows.value)).toEqual([2]);
  });

  it.each<[string, (state: InstanceType<typeof ListState>) => void]>([
    ['a trace is selected', (state) => state.move(1)],
    ['it is scrolled', (state) => (state.isScrolled.value = true)],
    ['it is paused', (state) => state.togglePause()],
  ])('holds new traces back while %s', async (_, hold) => {
    const state = await openList([2, 1]);
    hold(state);
    state.follow({ rows: [traceRow(3)], removed: [] }, false);
    state.releaseIfFree();
    expect([numbersOf(state.rows.value), state.newCount.value]).toEqual([[2, 1], 1]);
    state.release();
    expect([numbersOf(state.rows.value), state.newCount.value]).toEqual([[3, 2, 1], 0]);
    expect(state.isHeld.value).toBe(false);
  });

  it('shows new traces when it is scrolled back to its top', async () => {
    const state = await openList([1]);
    state.isScrolled.value = true;
    state.follow({ rows: [traceRow(2)], removed: [] }, false);
    state.isScrolled.value = false;
    state.releaseIfFree();
    expect(numbersOf(state.rows.value)).toEqual([2, 1]);
  });

  it('loads the next page after the last row, once', async () => {
    const state = await openList([3, 2], 'sort=duration', { after: 'x' });
    answerList([1]);
    await Promise.all([state.loadMore(), state.loadMore()]);
    expect(fetches.asked.at(-1)?.path).toBe(
      `/api/traces?sort=duration&limit=500&after=${traceRow(2).id}`,
    );
    expect(fetches.asked).toHaveLength(2);
    expect([numbersOf(state.rows.value), state.hasMore.value]).toEqual([[3, 2, 1], false]);
    await state.loadMore();
    expect(fetches.asked).toHaveLength(2);
  });

  it('loads again when too much has changed, at most once a second', async () => {
    const state = await openList([1]);
    answerList([5]);
    for (let i = 0; i < 5; i++) state.follow({ rows: [], removed: [] }, true);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(numbersOf(state.rows.value)).toEqual([5]);
    expect(fetches.asked).toHaveLength(2);
    state.close();
  });

  it('moves the selection within the rows, and to failed ones', async () => {
    const state = await openList([3, 2, 1]);
    state.follow({ rows: [traceRow(1, { failedCount: 1 })], removed: [] }, false);
    state.move(1);
    expect(state.selectedIndex.value).toBe(0);
    state.move(-1);
    expect(state.selectedIndex.value).toBe(0);
    state.move(9);
    expect(state.selectedIndex.value).toBe(2);
    state.move(-2);
    state.moveToFailed(1);
    expect(state.selectedIndex.value).toBe(2);
    state.moveToFailed(-1);
    expect(state.selectedIndex.value).toBe(2);
  });

  it('forgets the selection and the place with another address, not with the same', async () => {
    const state = await openList([2, 1]);
    state.move(1);
    state.scrollTop = 300;
    await state.open(addressOf());
    expect([state.selectedIndex.value, state.scrollTop]).toEqual([0, 300]);
    await state.open(addressOf('q=a'));
    expect([state.selectedIndex.value, state.scrollTop]).toEqual([-1, 0]);
  });

  it('stars a trace at once, and takes it back where that fails', async () => {
    const state = await openList([1]);
    const [row] = state.rows.value;
    fetches.answer = () => new Response('{}');
    await state.toggleStar(row as TraceRow);
    expect(fetches.asked.at(-1)).toMatchObject({
      path: `/api/traces/${row?.id}/star`,
      init: { method: 'PUT' },
    });
    expect(state.rows.value[0]?.isStarred).toBe(true);
    fetches.answer = () => new Response('There is no such trace.', { status: 404 });
    const failing = state.toggleStar(state.rows.value[0] as TraceRow);
    expect(state.rows.value[0]?.isStarred).toBe(false);
    await failing;
    expect(state.rows.value[0]?.isStarred).toBe(true);
    expect(toasts.value).toMatchObject([{ kind: 'failed' }]);
  });

  it('deletes all traces', async () => {
    const state = await openList([3, 2, 1]);
    answerList([]);
    await state.deleteAll();
    expect(fetches.asked[1]).toMatchObject({ path: '/api/traces', init: { method: 'DELETE' } });
    expect(state.rows.value).toEqual([]);
    expect(toasts.value).toMatchObject([{ kind: 'done', text: 'Deleted 3 traces' }]);
  });
});
