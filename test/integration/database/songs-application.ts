import { afterEach } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Traced, TracingModule, type TracingOptions } from '../../../lib/index.js';
import { type SpanRecorder, testTracingOptions } from '../../../lib/testing/index.js';

@Injectable()
class SongsService {
  /** Runs `work` below the span `SongsService.run`. */
  @Traced()
  async run<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}

/** An application whose providers are clients of databases. */
export interface SongsApplication {
  readonly recorder: SpanRecorder;
  run: SongsService['run'];
  /** Only the first call has an effect. */
  close(): Promise<void>;
}

/** Starts applications, which are closed after each test: the last one first, and before what is opened earlier. */
export function songsApplications(): {
  /** @param clients by the tokens of their providers */
  start(clients?: Record<string, object>, options?: TracingOptions): Promise<SongsApplication>;
  /** Calls back after the test. */
  atEnd(close: () => unknown): void;
} {
  const endings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  return {
    atEnd: (close) => void endings.push(close),
    async start(clients = {}, options = {}) {
      const setup = testTracingOptions(options);
      @Module({
        imports: [TracingModule.forRoot(setup.options)],
        providers: [
          SongsService,
          ...Object.entries(clients).map(([provide, useValue]) => ({ provide, useValue })),
        ],
      })
      class SongsModule {}
      const module = await Test.createTestingModule({ imports: [SongsModule] }).compile();
      await module.init();
      let isClosed = false;
      const close = async (): Promise<void> => {
        if (isClosed) return;
        isClosed = true;
        await module.close();
        setup.recorder.verify();
      };
      endings.push(close);
      const service = module.get(SongsService);
      return { recorder: setup.recorder, run: (work) => service.run(work), close };
    },
  };
}
