import type { AddressInfo } from 'node:net';
import type { DynamicModule, INestApplication, NestApplicationOptions } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import type { TracingOptions } from '../../../../lib/nest/index.js';
import { TracingModule } from '../../../../lib/nest/index.js';
import {
  type SpanRecorder,
  type TestTracingSetup,
  testTracingOptions,
} from '../../../../lib/testing/index.js';
import { ApplicationModule } from './application.module.js';

/** A platform under test. */
export interface Platform {
  readonly name: string;
  createAdapter(): AbstractHttpAdapter;
  /** The options of the tracing, and what a test reads of it. @default testTracingOptions */
  readonly testOptions?: (others: TracingOptions) => Omit<TestTracingSetup, 'clock' | 'logs'>;
}

/** Options that differ from the defaults of the tests. */
export interface StartOptions {
  readonly tracing?: TracingOptions;
  /** Creates the application with its tracing module. @default ApplicationModule.with */
  readonly module?: (tracing: DynamicModule) => DynamicModule;
  readonly nest?: NestApplicationOptions;
  /** Called, and awaited, before the application is initialised. */
  readonly configure?: (application: INestApplication) => unknown;
}

/** An application that listens on its own port. */
export interface StartedApplication {
  readonly application: INestApplication;
  readonly url: string;
  readonly port: number;
  readonly recorder: SpanRecorder;
  /** The failures that the library reported. */
  readonly warnings: readonly string[];
}

export async function startApplication(
  platform: Platform,
  options: StartOptions = {},
): Promise<StartedApplication> {
  const testOptions = platform.testOptions ?? testTracingOptions;
  const { options: tracingOptions, recorder, warnings } = testOptions(options.tracing ?? {});
  const createModule = options.module ?? ApplicationModule.with;
  const application = await NestFactory.create(
    createModule(TracingModule.forRoot(tracingOptions)),
    platform.createAdapter(),
    { logger: false, forceCloseConnections: true, abortOnError: false, ...options.nest },
  );
  await options.configure?.(application);
  await application.listen(0, '127.0.0.1');
  const { port } = application.getHttpServer().address() as AddressInfo;
  return { application, url: `http://127.0.0.1:${port}`, port, recorder, warnings };
}
