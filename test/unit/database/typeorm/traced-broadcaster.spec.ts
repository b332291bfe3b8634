import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { TransactionSpan } from '../../../../lib/database/transaction-span.js';
import type { QueryRunnerShape } from '../../../../lib/database/typeorm/data-source-shape.js';
import { traceBroadcasterOf } from '../../../../lib/database/typeorm/traced-broadcaster.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

class Broadcaster {
  readonly #prefix = 'subscriber';

  async broadcast(event: string): Promise<string> {
    this.broadcastEvent(event);
    return event;
  }

  broadcastEvent(event: string): void {
    tracing.tracer.startSpan(`${this.#prefix} ${event}`).end();
  }
}

describe('traceBroadcasterOf', () => {
  it('calls subscribers inside the transaction of their runner, as long as it lasts', async () => {
    const runner = { broadcaster: new Broadcaster() };
    const traced = runner as unknown as QueryRunnerShape;
    traceBroadcasterOf(traced);
    const { broadcaster } = runner;
    traceBroadcasterOf(traced);
    expect(runner.broadcaster).toBe(broadcaster);
    expect(broadcaster).toBeInstanceOf(Broadcaster);
    await tracing.tracer.trace('work', async () => {
      runner.broadcaster.broadcastEvent('before');
      const handler = new DatabaseHandler({ system: 'sqlite' });
      const transaction = TransactionSpan.begin(handler, runner);
      expect(await runner.broadcaster.broadcast('inside')).toBe('inside');
      tracing.tracer.trace('a span of the user', () => runner.broadcaster.broadcastEvent('below'));
      transaction?.end();
      runner.broadcaster.broadcastEvent('after');
    });
    expect(traceAsText(tracing.recorder.takeSpans(), { attributes: [] })).toBe(
      [
        'work',
        '  subscriber before',
        '  transaction',
        '    subscriber inside',
        '  a span of the user',
        '    subscriber below',
        '  subscriber after',
      ].join('\n'),
    );
  });

  it('does nothing for a runner without a broadcaster', () => {
    const runner = {};
    traceBroadcasterOf(runner as QueryRunnerShape);
    expect(runner).toEqual({});
  });
});
