import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../../lib/context/index.js';
import { traceMongooseChannels } from '../../../../lib/database/channels/mongoose-channels.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

/** As Mongoose 9.12 publishes an operation. */
const publish = <T>(message: object, work: () => Promise<T>): Promise<T> =>
  tracingChannel<object, object>('mongoose:query').tracePromise(work, message) as Promise<T>;

describe('traceMongooseChannels', () => {
  it('does not read the channel of cursors, which publishes each document', () => {
    const names = traceMongooseChannels().flatMap(({ bindings, subscriptions }) =>
      [...bindings, ...subscriptions].map(([name]) => name),
    );
    expect(names).toContain('tracing:mongoose:model:save:start');
    expect(names.filter((name) => name.includes('cursor'))).toEqual([]);
  });

  it('lets an operation run in its span, and the code after it outside', async () => {
    const { tracer, recorder } = createTracing();
    await tracer.trace('work', async (span) => {
      const inside = await publish({ operation: 'find', collection: 'orders' }, async () => {
        await Promise.resolve();
        return contextStorage.active().span;
      });
      expect(inside).not.toBe(span);
      expect(contextStorage.active().span).toBe(span);
    });
    expect(traceAsText(recorder.takeSpans(), { attributes: [] })).toBe(
      'work\n  find orders [client]',
    );
  });

  it('ends an operation that throws at once, and reads messages of any shape', async () => {
    const { recorder, warnings } = createTracing();
    const failing = () => {
      throw new RangeError('no');
    };
    expect(() => publish({ operation: 7, serverPort: 'a', args: 7 }, failing)).toThrow('no');
    const hostile = Object.defineProperty({}, 'database', {
      get() {
        throw new Error('no');
      },
    });
    expect(await publish(hostile, async () => 7)).toBe(7);
    expect(traceAsText(recorder.takeSpans(), { attributes: [] })).toBe(
      'mongodb [client] ERROR "no"',
    );
    expect(warnings.join()).toContain('A message of mongoose could not be read');
  });
});
