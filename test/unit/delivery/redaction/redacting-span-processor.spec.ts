import { describe, expect, it } from '@jest/globals';
import { RedactingSpanProcessor } from '../../../../lib/delivery/redaction/redacting-span-processor.js';
import { Redactor } from '../../../../lib/delivery/redaction/redactor.js';
import type { RecordingSpan } from '../../../../lib/trace/index.js';
import { KeepingProcessor, providerFor } from '../../../support/span-source.js';

describe('RedactingSpanProcessor', () => {
  it('redacts before the next processor sees the ended span, and what others added while it ended', () => {
    const heard: unknown[] = [];
    const next = Object.assign(new KeepingProcessor(), {
      onStart: ({ name }: RecordingSpan) => heard.push(`start ${name}`),
      onEnding: (span: RecordingSpan) => span.setAttribute('late.secret', 'x'),
    });
    const processor = new RedactingSpanProcessor(next, new Redactor());
    const span = providerFor(processor).tracer.startSpan('login', { attributes: { pwd: 'p' } });
    expect((span as RecordingSpan).attributes).toEqual({ pwd: 'p' });
    span.end();
    expect(heard).toEqual(['start login']);
    expect(next.ended[0]?.attributes).toEqual({ pwd: 'REDACTED', 'late.secret': 'REDACTED' });
  });

  it('passes on what it does not redact', async () => {
    const heard: string[] = [];
    const next = Object.assign(new KeepingProcessor(), {
      forceFlush: async () => void heard.push('flush'),
      shutdown: async () => void heard.push('shutdown'),
    });
    const processor = new RedactingSpanProcessor(next, new Redactor());
    await processor.forceFlush();
    await processor.shutdown();
    expect(heard).toEqual(['flush', 'shutdown']);
    expect(processor.onEnding).toBeUndefined();
  });
});
