import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DatabaseAdapterOptions } from '../../../lib/database/database-options.js';
import { type Adapter, setUpAdapter } from '../../../lib/database/set-up-adapter.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { createTestTracing } from '../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

class Client {
  readonly database = 'shop';
}

const ADAPTER: Adapter<Client> = {
  name: 'traceIt',
  target: 'client',
  requirement: 'must be a client',
  remedy: 'Give a client.',
  read: (value) => (value instanceof Client ? value : undefined),
  findSource: ({ database }) => ({ system: 'postgresql', namespace: database, serverPort: 5432 }),
};

describe('setUpAdapter', () => {
  it('returns the part of the target that the adapter uses', () => {
    const client = new Client();
    expect(setUpAdapter(ADAPTER, client).target).toBe(client);
  });

  it('prefers options to what the target says', () => {
    const options = { namespace: 'mine', serverPort: undefined };
    expect(setUpAdapter(ADAPTER, new Client(), options).handler.source).toEqual({
      system: 'postgresql',
      namespace: 'mine',
      serverPort: 5432,
    });
  });

  it('passes the options on to the handler', () => {
    const other = createTestTracing();
    other.close();
    const options = { tracer: other.tracer, queryText: 'none' } as const;
    const { handler } = setUpAdapter(ADAPTER, new Client(), options);
    handler.begin({ text: 'SELECT 1' })?.finish();
    expect(other.recorder.takeSpan().attributes['db.query.text']).toBeUndefined();
  });

  it.each([
    [undefined, 'undefined'],
    ['postgres://root:hunter2@db', '"a string"'],
    [new (class Pool {})(), '"an object of the class Pool"'],
    [{ password: 'hunter2' }, '"an object of the class Object"'],
    [Object.create(null), '"an object of the class (anonymous)"'],
  ])('refuses the target %#', (value, described) => {
    expect(() => setUpAdapter(ADAPTER, value)).toThrow(
      `traceIt.client must be a client, but it is ${described}. Give a client.`,
    );
  });

  it.each<[object, string]>([
    [{ tracer: {} }, 'traceIt.tracer must have the method startSpan'],
    [{ tracer: null }, 'traceIt.tracer must have the method startSpan'],
    [{ system: 5 }, 'traceIt.system must be a non-empty string'],
    [{ namespace: 5 }, 'traceIt.namespace must be a non-empty string'],
    [{ serverAddress: '' }, 'traceIt.serverAddress must be a non-empty string'],
    [{ serverPort: '5432' }, 'traceIt.serverPort must be a whole number'],
    [{ serverPort: 65_536 }, 'traceIt.serverPort must be a whole number'],
    [{ maxQueryTextLength: 0 }, 'traceIt.maxQueryTextLength must be'],
  ])('refuses %j', (options, message) => {
    const setUp = (): unknown =>
      setUpAdapter(ADAPTER, new Client(), options as DatabaseAdapterOptions);
    expect(setUp).toThrow(TracingConfigError);
    expect(setUp).toThrow(message);
  });

  it('needs a database system from the target or the options', () => {
    const adapter = { ...ADAPTER, findSource: undefined };
    expect(() => setUpAdapter(adapter, new Client())).toThrow('traceIt.system must be');
    const { handler } = setUpAdapter(adapter, new Client(), { system: 'sqlite' });
    expect(handler.source).toEqual({ system: 'sqlite' });
  });
});
