import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TracingModule } from '../../../../lib/nest/index.js';
import { bindBufferedLines } from '../../../../lib/nest/logging/buffered-lines.js';
import { TracedLogger } from '../../../../lib/nest/logging/index.js';
import { createTestTracing, testTracingOptions } from '../../../../lib/testing/index.js';
import { captureOutput } from '../../../support/captured-output.js';
import { idsOf } from '../../../support/log-entries.js';

describe('the lines that Nest buffers', () => {
  let output: ReturnType<typeof captureOutput>;

  beforeEach(() => {
    output = captureOutput();
  });

  afterEach(() => {
    Logger.detachBuffer();
    Logger.overrideLogger(new ConsoleLogger());
    output.restore();
  });

  it('have the ids of the span in which they were logged, and no others', () => {
    const { tracer, recorder, close } = createTestTracing();
    Logger.attachBuffer();
    bindBufferedLines();
    bindBufferedLines();
    const ids = tracer.trace('start', {}, (span) => {
      new Logger('Shop').log('inside');
      return idsOf(span);
    });
    Logger.warn('outside');
    Logger.overrideLogger(new TracedLogger(new ConsoleLogger({ json: true })));
    tracer.trace('flush', {}, () => Logger.flush());
    const [inside, outside] = output.records();
    expect(inside).toMatchObject({ message: 'inside', ...ids });
    expect(outside).toMatchObject({ message: 'outside' });
    expect(outside).not.toHaveProperty('span_id');
    expect(output.records()).toHaveLength(2);
    recorder.reset();
    close();
  });

  it('stay as they are without a buffer', () => {
    Logger.detachBuffer();
    bindBufferedLines();
    const { logBuffer } = Logger as unknown as { logBuffer: unknown[] };
    expect(Object.hasOwn(logBuffer, 'push')).toBe(false);
  });

  it('are bound by the module', async () => {
    @Module({})
    class ShopModule implements OnModuleInit {
      onModuleInit(): void {
        new Logger('Shop').log('ready');
      }
    }
    const { options, recorder } = testTracingOptions({ bootstrap: true });
    const imports = [TracingModule.forRoot(options)];
    const app = await NestFactory.createApplicationContext(
      { module: ShopModule, imports },
      { bufferLogs: true, autoFlushLogs: false },
    );
    app.useLogger(new TracedLogger(new ConsoleLogger({ json: true })));
    app.flushLogs();
    await app.close();
    const span = recorder.spans.find(({ name }) => name === 'ShopModule.onModuleInit');
    expect(output.records()).toContainEqual(
      expect.objectContaining({ message: 'ready', ...idsOf(span as never) }),
    );
    recorder.reset();
  });
});
