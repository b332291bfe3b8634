import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { ENTERING_COPIES_FRAME } from '../../../lib/context/context-frames.js';

describe('ENTERING_COPIES_FRAME', () => {
  it('is true where resources keep a frame with the values of all storages', () => {
    const storage = new AsyncLocalStorage<object>();
    const value = {};
    const resource = storage.run(value, () => new AsyncResource('test'));
    const kept = Reflect.ownKeys(resource).map((key) => Reflect.get(resource, key) as unknown);
    const frame = kept.find((each) => typeof (each as Map<unknown, unknown>)?.get === 'function');
    expect((frame as Map<unknown, unknown> | undefined)?.get(storage) === value).toBe(
      ENTERING_COPIES_FRAME,
    );
  });
});
