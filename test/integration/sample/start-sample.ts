import { once } from 'node:events';
import type { Server } from 'node:http';
import { jest } from '@jest/globals';
import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConsoleSpanExporter, type ReadableSpan } from 'nestjs-traced';
import { type TraceTextOptions, traceAsText } from 'nestjs-traced/testing';
import { until } from '../../support/until.js';

/** A sample that runs as it does for its reader, on a terminal. */
export interface RunningSample {
  /** Its applications, in the order of their starts. */
  readonly apps: readonly INestApplicationContext[];
  /** Where its last application answers HTTP requests. */
  readonly url: string;
  /** Everything that it has written. */
  written(): string;
  /** Sends a request, and returns status and body. */
  ask(method: string, path: string, init?: RequestInit): Promise<string>;
  /** The spans that it has shown, as a text with these attributes; events and links too. */
  traces(attributes?: TraceTextOptions['attributes']): string;
  /** Waits until so many spans were shown. */
  waitForSpans(count: number): Promise<void>;
  /** Closes its applications, and shows output again. */
  close(): Promise<void>;
}

/**
 * Starts a sample that listens on `PORT`.
 *
 * @param load imports its main file, which starts it
 * @param settings further environment variables
 */
export async function startSample(
  load: () => Promise<unknown>,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningSample> {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('OTEL_')) delete process.env[name];
  }
  // Under a test runner the samples print nothing.
  Object.assign(process.env, { OTEL_TRACES_EXPORTER: 'console', PORT: '0', ...settings });
  const output = captureTerminal();
  const exports = jest.spyOn(ConsoleSpanExporter.prototype, 'export');
  const starts = [jest.spyOn(NestFactory, 'create'), jest.spyOn(NestFactory, 'createMicroservice')];
  await load();
  const apps = await Promise.all(
    starts
      .flatMap(({ mock }) =>
        mock.results.map(({ value }, index) => ({ value, order: mock.invocationCallOrder[index] })),
      )
      .sort((a, b) => Number(a.order) - Number(b.order))
      .map(({ value }) => value as Promise<INestApplicationContext>),
  );
  const last = apps.at(-1) as INestApplication;
  const server = last.getHttpServer() as Server;
  if (!server.listening) await once(server, 'listening');
  const url = await last.getUrl();
  const spans = (): ReadableSpan[] => exports.mock.calls.flatMap(([batch]) => batch);
  return {
    apps,
    url,
    written: output.text,
    ask: async (method, path, init) => {
      const response = await fetch(`${url}${path}`, { method, ...init });
      return `${response.status} ${await response.text()}`;
    },
    traces: (attributes = false) => traceAsText(spans(), { attributes, events: true, links: true }),
    waitForSpans: (count) =>
      until(
        () => spans().length >= count,
        () => spans().map(({ name }) => name),
      ),
    close: async () => {
      for (const app of apps.toReversed()) await app.close();
      output.restore();
      jest.restoreAllMocks();
    },
  };
}

/** Lets the standard output be a terminal without colours. Nothing of it, and of the errors, appears. */
function captureTerminal() {
  let text = '';
  const isTerminal = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
  Object.defineProperty(process.stdout, 'isTTY', { configurable: true, value: true });
  process.env.NO_COLOR = '1';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk, ...rest) => {
      text += String(chunk);
      for (const callback of rest) if (typeof callback === 'function') callback();
      return true;
    });
  }
  return {
    text: () => text,
    restore: () => {
      if (isTerminal === undefined) Reflect.deleteProperty(process.stdout, 'isTTY');
      else Object.defineProperty(process.stdout, 'isTTY', isTerminal);
    },
  };
}
