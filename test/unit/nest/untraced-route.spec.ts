import { describe, expect, it } from '@jest/globals';
import { isUntracedRoute, markUntracedRoute } from '../../../lib/nest/untraced-route.js';

describe('markUntracedRoute', () => {
  it('marks one function, and what gets its metadata', () => {
    const marked = () => {};
    const other = () => {};
    markUntracedRoute(marked);
    expect([marked, other].map(isUntracedRoute)).toEqual([true, false]);
    for (const key of Reflect.getMetadataKeys(marked)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, marked), other);
    }
    expect(isUntracedRoute(other)).toBe(true);
  });
});
