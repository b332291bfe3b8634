import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { PublishedEvents } from '../../../lib/events/published-events.js';

const KEY = Symbol('key');
const first = TracingContext.ROOT.setValue(KEY, 'first');
const active = (): unknown => contextStorage.active().getValue(KEY);

describe('PublishedEvents', () => {
  it('delivers an event in the context in which it was published last', () => {
    const events = new PublishedEvents();
    const event = {};
    contextStorage.run(first, () => events.add(event));
    expect(events.deliver(event, active, undefined, [])).toBe('first');
    expect(active()).toBeUndefined();
    events.add(event);
    expect(events.deliver(event, active, undefined, [])).toBeUndefined();
  });

  it.each([{}, 'text', null, undefined, 7])('delivers %p in the active context', (event) => {
    const events = new PublishedEvents();
    if (typeof event !== 'object') contextStorage.run(first, () => events.add(event));
    expect(events.deliver(event, active, undefined, [])).toBeUndefined();
  });

  it('passes this and the arguments', () => {
    const self = {};
    const deliver = function (this: unknown, ...args: unknown[]): unknown {
      return [this, ...args];
    };
    expect(new PublishedEvents().deliver({}, deliver, self, [1])).toEqual([self, 1]);
  });
});
