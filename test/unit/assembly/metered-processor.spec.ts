import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { MeteredProcessor } from '../../../lib/assembly/metered-processor.js';
import { OverheadMeter } from '../../../lib/sampling/overhead-meter.js';
import type { SpanProcessor } from '../../../lib/trace/index.js';
import { endedSpan, KeepingProcessor } from '../../support/span-source.js';

describe('MeteredProcessor', () => {
  it('passes every call on, and times the ends of spans', async () => {
    const calls: string[] = [];
    let time = 0;
    const inner: SpanProcessor = {
      onStart: () => void calls.push('start'),
      onEnding: () => void calls.push('ending'),
      onEnd: () => {
        calls.push('end');
        time += 0.5;
      },
      forceFlush: async () => void calls.push('flush'),
      shutdown: async () => void calls.push('shutdown'),
    };
    const meter = new OverheadMeter(() => time);
    const processor = new MeteredProcessor(inner, meter);
    const span = endedSpan();
    processor.onStart(span, ROOT_CONTEXT);
    processor.onEnding?.(span);
    for (let i = 0; i < 16; i++) processor.onEnd(span);
    await processor.forceFlush();
    await processor.shutdown();
    expect(calls).toEqual(['start', 'ending', ...Array(16).fill('end'), 'flush', 'shutdown']);
    // One end in sixteen is timed, and stands for all of them.
    expect(meter.takeMillis()).toBeGreaterThanOrEqual(16 * 0.5);
  });

  it('times a start that began at the sampler', () => {
    let time = 0;
    const meter = new OverheadMeter(() => time);
    const processor = new MeteredProcessor(new KeepingProcessor(), meter);
    while (!meter.begin());
    time = 0.25;
    processor.onStart(endedSpan(), ROOT_CONTEXT);
    expect(meter.takeMillis()).toBeGreaterThanOrEqual(16 * 0.25);
  });

  it('has no method onEnding where the other has none', () => {
    const processor = new MeteredProcessor(new KeepingProcessor(), new OverheadMeter());
    expect(processor.onEnding).toBeUndefined();
  });
});
