import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Span } from '@opentelemetry/api';
import {
  type RecordingSpan,
  type SpanProcessor,
  Tracer,
  TracingModule,
  type TracingOptions,
  withBaggage,
} from 'nestjs-traced';
import { SpanRecorder, TracingTestingModule, TracingWarnings } from 'nestjs-traced/testing';
import '../../support/trace-matchers.js';

let module: TestingModule;

afterEach(() => module.close());

async function open(options: TracingOptions, changes: TracingOptions = {}): Promise<void> {
  module = await Test.createTestingModule({
    imports: [TracingModule.forRoot(options), TracingTestingModule.forApplication(changes)],
  }).compile();
}

function record(name: string, work: (span: Span) => unknown = () => undefined): SpanRecorder {
  module.get(Tracer).trace(name, work);
  return module.get(SpanRecorder);
}

@Injectable()
class TeamProcessor implements SpanProcessor {
  onStart(span: RecordingSpan): void {
    span.setAttribute('team', 'orders');
  }
  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

describe('an application under TracingTestingModule', () => {
  it('redacts secrets by default', async () => {
    await open({});
    const recorder = record('log in', (span) => {
      span.setAttributes({ 'user.password': 'hunter2', 'user.name': 'ada' });
    });
    expect(recorder).toMatchTrace('log in user.name=ada user.password=REDACTED', {
      attributes: true,
    });
  });

  it('redacts by the rules of the application', async () => {
    await open({ redaction: { keys: ['user.name'] } });
    const recorder = record('log in', (span) => span.setAttribute('user.name', 'ada'));
    expect(recorder).not.toHaveSpan({ attributes: { 'user.name': 'ada' } });
    expect(recorder).toHaveSpan({
      attributes: { 'user.name': expect.stringContaining('REDACTED') },
    });
  });

  it('redacts nothing where the application does not', async () => {
    await open({ redaction: false });
    const recorder = record('log in', (span) => span.setAttribute('user.password', 'hunter2'));
    expect(recorder).toHaveSpan({ attributes: { 'user.password': 'hunter2' } });
  });

  it('has the limits of the application', async () => {
    await open({ spanLimits: { attributeCountLimit: 2, attributeValueLengthLimit: 4 } });
    const recorder = record('work', (span) => {
      span.setAttributes({ a: 'abcdefgh', b: 2, c: 3 });
    });
    expect(recorder).toHaveSpan({ attributes: { a: 'abcd', b: 2, c: undefined } });
    expect(recorder.spans[0]?.droppedAttributesCount).toBe(1);
  });

  it('has the limits that a test changes, and those of the application beside them', async () => {
    const spanLimits = { attributeCountLimit: 2, attributeValueLengthLimit: 4 };
    await open({ spanLimits }, { spanLimits: { attributeCountLimit: 1 } });
    const recorder = record('work', (span) => span.setAttributes({ a: 'abcdefgh', b: 2 }));
    expect(recorder).toMatchTrace('work a=abcd', { attributes: true });
  });

  it('has the span processors of the application, in all their forms', async () => {
    const seen: string[] = [];
    const spanProcessor: SpanProcessor = {
      onStart: () => undefined,
      onEnd: ({ name, attributes }) => seen.push(`${name} ${attributes['user.password']}`),
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
    };
    await open(
      { spanProcessors: [TeamProcessor, spanProcessor] },
      {
        spanProcessors: [
          { useFactory: () => ({ ...spanProcessor, onEnd: () => seen.push('test') }) },
        ],
      },
    );
    const recorder = record('work', (span) => span.setAttribute('user.password', 'hunter2'));
    expect(recorder).toHaveSpan({ attributes: { team: 'orders' } });
    expect(seen).toEqual(['work REDACTED', 'test']);
  });

  it('copies baggage onto spans as the application does', async () => {
    await open({ baggage: { spanAttributes: ['tenant'] } });
    withBaggage({ tenant: 'acme', secret: 'x' }, () => record('work'));
    expect(module.get(SpanRecorder)).toMatchTrace('work tenant=acme', { attributes: true });
  });

  it('says what the library warns about', async () => {
    await open({});
    record('work', (span) => span.setAttribute('bad', { not: 'a value' } as never));
    expect(module.get(TracingWarnings).messages).toEqual([
      expect.stringContaining('An attribute was dropped'),
    ]);
    module.get(SpanRecorder).takeSpan('work');
  });
});
