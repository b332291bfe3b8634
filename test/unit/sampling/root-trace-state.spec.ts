import { describe, expect, it } from '@jest/globals';
import { RootTraceState } from '../../../lib/sampling/root-trace-state.js';

describe('RootTraceState', () => {
  const state = new RootTraceState('th:8');

  it('holds one member', () => {
    expect(state.serialize()).toBe('ot=th:8');
    expect(state.get('ot')).toBe('th:8');
    expect(state.get('foo')).toBeUndefined();
  });

  it('is never changed', () => {
    expect(state.set('foo', '1').serialize()).toBe('foo=1,ot=th:8');
    expect(state.set('ot', 'th:c').serialize()).toBe('ot=th:c');
    expect(state.unset('ot').serialize()).toBe('');
    expect(state.unset('foo')).toBe(state);
    expect(state.serialize()).toBe('ot=th:8');
  });
});
