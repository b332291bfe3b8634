import { describe, expect, it } from '@jest/globals';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { BaggageSelection } from '../../../lib/baggage/baggage-options.js';
import { BaggageSpanProcessor } from '../../../lib/baggage/baggage-span-processor.js';
import { withBaggage } from '../../../lib/baggage/with-baggage.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { traceAsText } from '../../../lib/testing/index.js';
import type { SpanProcessor } from '../../../lib/trace/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function tracingThatCopies(spanAttributes: BaggageSelection) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
  const processor: SpanProcessor = new BaggageSpanProcessor({ spanAttributes, diagnostics });
  return { ...createTracing({ spanProcessors: [processor] }), warnings };
}

describe('BaggageSpanProcessor', () => {
  it('copies the named entries onto every span that starts with them', () => {
    const { tracer, recorder } = tracingThatCopies(['tenant', 'absent']);
    tracer.trace('before', () =>
      withBaggage({ tenant: 'acme', secret: 'x' }, () =>
        tracer.trace('one', () => tracer.trace('two', () => {})),
      ),
    );
    expect(traceAsText(recorder.takeSpans())).toBe(
      'before\n  one tenant=acme\n    two tenant=acme',
    );
  });

  it('copies the entries that a function chooses by key and value', () => {
    const { tracer, recorder } = tracingThatCopies(
      (key, value) => key.startsWith('app.') && value !== '',
    );
    withBaggage({ 'app.a': '1', 'app.b': '', other: '2' }, () => tracer.trace('one', () => {}));
    expect(recorder.takeSpan().attributes).toEqual({ 'app.a': '1' });
  });

  it('reads a context of the API', () => {
    const { tracer, recorder } = tracingThatCopies(['tenant']);
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    tracer.startSpan('one', {}, propagation.setBaggage(ROOT_CONTEXT, baggage)).end();
    expect(recorder.takeSpan().attributes).toEqual({ tenant: 'acme' });
  });

  it('leaves what a span was started with, and lets it be changed later', () => {
    const { tracer, recorder } = tracingThatCopies(['own', 'later']);
    withBaggage({ own: 'foreign', later: 'foreign' }, () =>
      tracer.trace('one', { attributes: { own: 'mine' } }, (span) => span.setAttribute('later', 1)),
    );
    expect(recorder.takeSpan().attributes).toEqual({ own: 'mine', later: 1 });
  });

  it('chooses nothing where a function throws or answers something else, and says so', () => {
    const { tracer, recorder, warnings } = tracingThatCopies((key) => {
      if (key === 'bad') throw new Error('broken');
      return (key === 'good' ? true : 'yes') as boolean;
    });
    withBaggage({ bad: '1', good: '2', vague: '3' }, () => tracer.trace('one', () => {}));
    expect(recorder.takeSpan().attributes).toEqual({ good: '2' });
    expect(warnings).toEqual([
      'baggage.spanAttributes threw; the entry is not copied: Error: broken',
    ]);
  });

  it('is flushed and shut down at once', async () => {
    const processor = new BaggageSpanProcessor({ spanAttributes: [] });
    processor.onEnd();
    await expect(processor.forceFlush()).resolves.toBeUndefined();
    await expect(processor.shutdown()).resolves.toBeUndefined();
  });

  it.each([[undefined], ['tenant'], [['tenant', '']], [[1]], [{}]])('refuses %j', (selection) => {
    expect(() => new BaggageSpanProcessor({ spanAttributes: selection as never })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(
          'baggage.spanAttributes must be an array of non-empty strings',
        ),
      }),
    );
  });
});
