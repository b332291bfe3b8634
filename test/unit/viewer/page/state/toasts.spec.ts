import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ServerError } from '../../../../../lib/viewer/page/state/server.js';
import {
  dropToast,
  reasonOf,
  showFailure,
  showToast,
  toasts,
} from '../../../../../lib/viewer/page/state/toasts.js';

jest.useFakeTimers();
beforeEach(() => {
  toasts.value = [];
});
afterAll(() => {
  jest.useRealTimers();
});

const texts = (): string[] => toasts.value.map(({ text }) => text);

describe('toasts', () => {
  it('go after a while, or when they are closed', () => {
    showToast('done', 'first');
    showToast('done', 'second');
    dropToast(toasts.value[0]?.id ?? 0);
    expect(texts()).toEqual(['second']);
    jest.advanceTimersByTime(10_000);
    expect(texts()).toEqual([]);
  });

  it('are a few, and different ones', () => {
    for (const text of ['1', '2', '3', '2', '4', '5']) showToast('done', text);
    expect(texts()).toEqual(['3', '2', '4', '5']);
  });

  it('say why something failed', () => {
    showFailure('The mark was not changed', new ServerError(404, 'There is no such trace.'));
    expect(toasts.value).toMatchObject([
      { kind: 'failed', text: 'The mark was not changed: There is no such trace.' },
    ]);
  });
});

describe('reasonOf', () => {
  it.each([
    [new ServerError(503, 'Too many pages are open.'), 'Too many pages are open.'],
    [new ServerError(500, ''), 'status 500'],
    [new TypeError('Failed to fetch'), 'the viewer does not answer.'],
    ['text', 'text'],
  ])('of %p is %j', (error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });
});
