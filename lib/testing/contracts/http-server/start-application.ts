import type { AddressInfo } from 'node:net';
import type { DynamicModule, INestApplication, NestApplicationOptions } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
// Through its entry point: an import of some of its rooms would divide the code of the package into more files.
import { TracingModule, type TracingOptions } from '../../../index.js';
import type { SpanRecorder } from '../../span-recorder.js';
import { type TestTracingSetup, testTracingOptions } from '../../test-tracing-options.js';
import { ApplicationModule } from './application/application.module.js';

/** A platform of Nest under test. */
export interface Platform {
  /** The name of the platform, for messages. */
  readonly name: string;
  /** Creates the adapter of one application. */
  createAdapter(): AbstractHttpAdapter;
  /**
   * Makes the application listen on 127.0.0.1.
   *
   * @returns the port
   * @default `application.listen`, and the port of the adapter's HTTP server
   */
  readonly listen?: (application: INestApplication) => Promise<number>;
  /**
   * Creates the options of the tracing, and what the cases read of it.
   *
   * @param others options of the case
   * @default testTracingOptions
   */
  readonly testOptions?: (
    others: TracingOptions,
  ) => Pick<TestTracingSetup, 'options' | 'recorder' | 'warnings'>;
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

/** Starts an application on a platform. Rejects, and leaves nothing behind, for invalid options. */
export async function startApplication(
  platform: Platform,
  options: StartOptions = {},
): Promise<StartedApplication> {
  const testOptions = platform.testOptions ?? testTracingOptions;
  const { options: tracingOptions, recorder, warnings } = testOptions(options.tracing ?? {});
  const createModule = options.module ?? ((tracing) => ApplicationModule.with(tracing));
  const application = await NestFactory.create(
    createModule(TracingModule.forRoot(tracingOptions)),
    platform.createAdapter(),
    { logger: false, forceCloseConnections: true, abortOnError: false, ...options.nest },
  );
  await options.configure?.(application);
  const port = await (platform.listen ?? listenOnAnyPort)(application);
  return { application, url: `http://127.0.0.1:${port}`, port, recorder, warnings };
}

async function listenOnAnyPort(application: INestApplication): Promise<number> {
  await application.listen(0, '127.0.0.1');
  return (application.getHttpServer().address() as AddressInfo).port;
}
