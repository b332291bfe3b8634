import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  bindChannels,
  contextStorage,
  subscribeToChannels,
  TracingContext,
} from '../../../../lib/context/index.js';
import { traceConnect } from '../../../../lib/database/channels/traced-connect.js';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const NAME = 'nestjs-traced.test.connect';
const connect = tracingChannel(NAME);
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function watch(isolates: boolean, isTraced?: () => boolean): void {
  const handler = new DatabaseHandler({ system: 'redis', serverAddress: 'cache' });
  const tracing = traceConnect(
    { library: 'ioredis', name: NAME, handlerOf: () => handler, isTraced },
    isolates,
  );
  ends.push(subscribeToChannels(tracing.subscriptions), bindChannels(tracing.bindings));
}

async function refused(): Promise<void> {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}

const FAILED =
  'work\n  connect [client] db.system.name=redis error.type=ECONNREFUSED server.address=cache ERROR "connect ECONNREFUSED"';

describe('traceConnect', () => {
  it.each([true, false])('records a failure below a span (isolates %j)', async (isolates) => {
    const { tracer, recorder } = createTracing();
    watch(isolates);
    await tracer.trace('work', () => connect.tracePromise(refused, {}).catch(() => {}));
    expect(traceAsText(recorder.takeSpans())).toBe(FAILED);
  });

  it('records no success, and nothing without a span above', async () => {
    const { tracer, recorder } = createTracing();
    watch(true);
    await connect.tracePromise(refused, {}).catch(() => {});
    await tracer.trace('work', () => connect.tracePromise(async () => {}, {}));
    expect(traceAsText(recorder.takeSpans())).toBe('work');
  });

  it('records what it is told to', async () => {
    const { tracer, recorder } = createTracing();
    watch(false, () => false);
    await tracer.trace('work', () => connect.tracePromise(refused, {}).catch(() => {}));
    expect(traceAsText(recorder.takeSpans())).toBe('work');
  });

  it('opens the connection outside of the trace', async () => {
    const { tracer, recorder } = createTracing();
    watch(true);
    let inside: TracingContext | undefined;
    await tracer.trace('work', () =>
      connect.tracePromise(async () => {
        inside = contextStorage.active();
      }, {}),
    );
    expect(inside).toBe(TracingContext.ROOT);
    expect(recorder.takeSpan().name).toBe('work');
  });
});
