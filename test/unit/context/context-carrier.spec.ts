import { afterEach, describe, expect, it } from '@jest/globals';
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ContextStorage, ManagedCarrier, TracingContext } from '../../../lib/context/index.js';

const span = trace.wrapSpanContext({
  traceId: '1'.repeat(32),
  spanId: '2'.repeat(16),
  traceFlags: 1,
});
const CONTEXT = TracingContext.ROOT.withSpan(span);

class ManagerWithoutAttach extends AsyncLocalStorageContextManager {
  override attach = undefined as never;
}

describe.each([
  ['attach', AsyncLocalStorageContextManager],
  ['a storage only', ManagerWithoutAttach],
])('a context storage that is carried by a manager with %s', (_, Manager) => {
  const manager = new Manager();
  const storage = new ContextStorage();
  storage.carryBy(ManagedCarrier.of(manager));

  afterEach(() => expect(trace.getSpan(manager.active())).toBe(undefined));

  it('shows what it runs to users of the manager', () => {
    storage.run(CONTEXT, () => expect(manager.active()).toBe(CONTEXT));
  });

  it('sees what users of the manager run', () => {
    const theirs = trace.setSpan(ROOT_CONTEXT, span);
    manager.with(theirs, () => expect(storage.active().span).toBe(span));
  });

  it('hands on this, arguments and result', () => {
    const add = function (this: unknown, ...numbers: number[]): unknown {
      return [this, ...numbers];
    };
    expect(storage.call(CONTEXT, add as never, 'self', [1, 2])).toEqual(['self', 1, 2]);
  });

  it('can be entered and left', () => {
    manager.with(ROOT_CONTEXT, () => {
      const outer = storage.active();
      storage.enter(CONTEXT);
      expect(manager.active()).toBe(CONTEXT);
      storage.leave(outer);
      expect(storage.active().span).toBe(undefined);
    });
  });

  it('reaches asynchronous work', async () => {
    const seen = await storage.run(CONTEXT, async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      return manager.active();
    });
    expect(seen).toBe(CONTEXT);
  });
});

describe('ManagedCarrier.of', () => {
  it('is undefined for a manager that can only run functions', () => {
    const manager = {
      active: () => ROOT_CONTEXT,
      with: (_: Context, fn: () => never) => fn(),
      bind: <T>(_: Context, target: T) => target,
    };
    expect(ManagedCarrier.of(manager as never)).toBe(undefined);
  });
});

describe('a context storage', () => {
  it('can return to its own way', () => {
    const manager = new AsyncLocalStorageContextManager();
    const storage = new ContextStorage();
    storage.carryBy(ManagedCarrier.of(manager));
    storage.carryBy(undefined);
    storage.run(CONTEXT, () => {
      expect(trace.getSpan(manager.active())).toBe(undefined);
      expect(storage.active()).toBe(CONTEXT);
    });
  });
});
