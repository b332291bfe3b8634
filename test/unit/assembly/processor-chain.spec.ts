import { describe, expect, it } from '@jest/globals';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { createProcessorChain } from '../../../lib/assembly/processor-chain.js';
import { Redactor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import type { SpanProcessor } from '../../../lib/trace/index.js';

const diagnostics = new Diagnostics({ warn() {} });

function recordAttributes(seen: unknown[]): SpanProcessor {
  return {
    onStart: ({ attributes }) => void seen.push(attributes),
    onEnd: ({ attributes }) => void seen.push(attributes),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

describe('createProcessorChain', () => {
  it('copies baggage first, and redacts before anyone sees the end', () => {
    const started: unknown[] = [];
    const inFlight: unknown[] = [];
    const { tracer, close } = createTestTracing({
      redaction: false,
      spanProcessors: [
        createProcessorChain(
          { baggage: { spanAttributes: ['tenant'] } },
          [recordAttributes(started)],
          [recordAttributes(inFlight)],
          new Redactor(),
          () => false,
          diagnostics,
        ),
      ],
    });
    const baggage = propagation.createBaggage({ tenant: { value: 'a' } });
    const context = propagation.setBaggage(ROOT_CONTEXT, baggage);
    tracer.startSpan('x', { attributes: { password: 'secret' } }, context).end();
    close();
    const seen = [
      { password: 'secret', tenant: 'a' },
      { password: 'REDACTED', tenant: 'a' },
    ];
    expect(started).toEqual(seen);
    expect(inFlight).toEqual(seen);
  });

  it('is the given processors where nothing else is asked for', () => {
    const seen: unknown[] = [];
    const chain = createProcessorChain(
      {},
      [recordAttributes(seen)],
      [],
      undefined,
      () => false,
      diagnostics,
    );
    const { tracer, close } = createTestTracing({ spanProcessors: [chain], redaction: false });
    tracer.startSpan('x', { attributes: { password: 'shown' } }).end();
    close();
    expect(seen).toEqual([{ password: 'shown' }, { password: 'shown' }]);
  });

  it('only flushes the processors of the user when it is shut down', async () => {
    const calls: string[] = [];
    const processorOf = (name: string): SpanProcessor => ({
      onStart: () => {},
      onEnd: () => {},
      forceFlush: async () => void calls.push(`flush ${name}`),
      shutdown: async () => void calls.push(`shutdown ${name}`),
    });
    const [ours, users] = [processorOf('ours'), processorOf('users')];
    const isKept = (processor: SpanProcessor) => processor === users;
    const chain = createProcessorChain(
      {},
      [ours, users],
      [processorOf('in flight')],
      undefined,
      isKept,
      diagnostics,
    );
    await chain.shutdown();
    expect(calls).toEqual(['shutdown ours', 'flush users', 'shutdown in flight']);
  });
});
