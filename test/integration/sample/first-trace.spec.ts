import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

describe('sample/first-trace', () => {
  const written: string[] = [];
  let app: INestApplication;

  beforeAll(async () => {
    for (const name of Object.keys(process.env)) {
      if (name.startsWith('OTEL_')) delete process.env[name];
    }
    // Under a test runner the sample prints nothing.
    process.env.OTEL_TRACES_EXPORTER = 'console';
    process.env.PORT = '0';
    jest.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
      written.push(String(text));
      for (const callback of rest) if (typeof callback === 'function') callback();
      return true;
    });
    const create = jest.spyOn(NestFactory, 'create');
    // It starts by itself, as it does for its reader.
    await import('../../../sample/first-trace/main.js');
    app = (await create.mock.results[0]?.value) as INestApplication;
    const server = app.getHttpServer() as Server;
    if (!server.listening) await once(server, 'listening');
  });

  afterAll(async () => {
    await app.close();
    jest.restoreAllMocks();
  });

  it('answers, and shows the trace on the console', async () => {
    const response = await fetch(`${await app.getUrl()}/hello/Ada`);
    expect(await response.text()).toBe('Hello, Ada!');
    await app.close();

    const spans = written
      .filter((line) => line.startsWith('{"traceId"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(spans).toMatchObject([
      { name: 'GreetingService.greet', attributes: { 'greeting.name': 'Ada' } },
      { name: 'GET /hello/:name', kind: 'SERVER', service: 'greeter' },
    ]);
    expect(spans[0]).toMatchObject({ parentSpanId: spans[1]?.spanId });
  });
});
