import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ExportResultCode, type SpanExporter } from '../../../lib/export/index.js';
import { SPAN_EXPORTER, Tracer, TracingModule } from '../../../lib/index.js';
import type { TracingPart } from '../../../lib/nest/tracing-part.js';
import type { SpanProcessor } from '../../../lib/trace/index.js';

const calls: string[] = [];

@Injectable()
class CountingExporter implements SpanExporter {
  readonly export: SpanExporter['export'] = (spans, callback) => {
    calls.push(...spans.map(({ name }) => name));
    callback({ code: ExportResultCode.SUCCESS });
  };
  async forceFlush() {
    calls.push('flush');
  }
  async shutdown() {
    calls.push('shutdown');
  }
}

@Injectable()
class CountingProcessor implements SpanProcessor {
  onStart(): void {}
  onEnd(): void {}
  async forceFlush() {
    calls.push('flush');
  }
  async shutdown() {
    calls.push('shutdown');
  }
}

@Module({
  providers: [CountingExporter, CountingProcessor],
  exports: [CountingExporter, CountingProcessor],
})
class PartsModule {}

async function runAndClose(
  options: Parameters<typeof TracingModule.forRoot>[0],
  name: string,
): Promise<void> {
  const testing = await Test.createTestingModule({ imports: [TracingModule.forRoot(options)] });
  const application = await testing.compile();
  application.get(Tracer).startSpan(name).end();
  await application.close();
}

afterEach(() => {
  calls.length = 0;
});

describe('a part of TracingModule', () => {
  it.each<[string, (part: CountingExporter) => TracingPart<SpanExporter>, string]>([
    ['an instance', (part) => part, 'flush'],
    ['{ useValue }', (useValue) => ({ useValue }), 'flush'],
    ['{ useExisting }', () => ({ useExisting: CountingExporter }), 'flush'],
    ['a class', () => CountingExporter, 'shutdown'],
    ['{ useClass }', () => ({ useClass: CountingExporter }), 'shutdown'],
    ['{ useFactory }', () => ({ useFactory: () => new CountingExporter() }), 'shutdown'],
  ])(
    'given as %s: an exporter ends with its application only if that created it',
    async (_, toPart, end) => {
      const exporter = toPart(new CountingExporter());
      await runAndClose({ exporter, imports: [PartsModule] }, 'work');
      expect(calls).toEqual(['work', end]);
    },
  );

  it.each<[string, () => TracingPart<SpanProcessor>, string]>([
    ['an instance', () => new CountingProcessor(), 'flush'],
    ['{ useExisting }', () => ({ useExisting: CountingProcessor }), 'flush'],
    ['a class', () => CountingProcessor, 'shutdown'],
    ['{ useFactory }', () => ({ useFactory: async () => new CountingProcessor() }), 'shutdown'],
  ])(
    'given as %s: a span processor ends with its application only if that created it',
    async (_, toPart, end) => {
      await runAndClose({ spanProcessors: [toPart()], imports: [PartsModule] }, 'work');
      expect(calls).toEqual([end]);
    },
  );

  it('serves the next application of the process', async () => {
    const exporter = new CountingExporter();
    await runAndClose({ exporter }, 'first');
    await runAndClose({ exporter }, 'second');
    expect(calls).toEqual(['first', 'flush', 'second', 'flush']);
  });

  it('belongs to the test that overrides its provider', async () => {
    const exporter = new CountingExporter();
    const application = await Test.createTestingModule({ imports: [TracingModule.forRoot({})] })
      .overrideProvider(SPAN_EXPORTER)
      .useValue(exporter)
      .compile();
    application.get(Tracer).startSpan('work').end();
    await application.close();
    expect(calls).toEqual(['work', 'flush']);
  });
});
