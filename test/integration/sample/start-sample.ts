import { once } from 'node:events';
import type { Server } from 'node:http';
import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** A span, as the console exporter writes it in one line. */
export interface WrittenSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: string;
  readonly service: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A sample that runs as it does for its reader. */
export interface RunningSample {
  readonly app: INestApplication;
  readonly url: string;
  /** Returns the spans that the sample has printed, in the order of their ends. */
  spans(): WrittenSpan[];
}

/**
 * Starts a sample that listens on `PORT`.
 *
 * @param load imports its main file, which starts it
 */
export async function startSample(load: () => Promise<unknown>): Promise<RunningSample> {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('OTEL_')) delete process.env[name];
  }
  // Under a test runner the samples print nothing.
  process.env.OTEL_TRACES_EXPORTER = 'console';
  process.env.PORT = '0';
  const written: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    written.push(String(text));
    for (const callback of rest) if (typeof callback === 'function') callback();
    return true;
  });
  const create = jest.spyOn(NestFactory, 'create');
  await load();
  const app = (await create.mock.results[0]?.value) as INestApplication;
  const server = app.getHttpServer() as Server;
  if (!server.listening) await once(server, 'listening');
  return {
    app,
    url: await app.getUrl(),
    spans: () =>
      written
        .filter((line) => line.startsWith('{"traceId"'))
        .map((line) => JSON.parse(line) as WrittenSpan),
  };
}
