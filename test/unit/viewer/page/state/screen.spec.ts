import { describe, expect, it } from '@jest/globals';
import { pathOfTrace, screenOf } from '../../../../../lib/viewer/page/state/screen.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

describe('screenOf', () => {
  it.each([
    ['/', { kind: 'list' }],
    ['/graph', { kind: 'graph' }],
    ['/compare', { kind: 'compare' }],
    [`/t/${TRACE}`, { kind: 'trace', traceId: TRACE }],
    ['/t/0af7', { kind: 'list' }],
    [`/t/${TRACE.toUpperCase()}`, { kind: 'list' }],
    ['/elsewhere', { kind: 'list' }],
  ])('shows for %s %j', (path, screen) => {
    expect(screenOf(path)).toEqual(screen);
  });

  it('reads the path that a trace has', () => {
    expect(screenOf(pathOfTrace(TRACE))).toEqual({ kind: 'trace', traceId: TRACE });
  });
});
