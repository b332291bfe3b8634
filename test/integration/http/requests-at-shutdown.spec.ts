import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
import { Traced, TracingModule, TracingStatistics } from '../../../lib/index.js';
import { until } from '../../support/until.js';

const REQUEST_COUNT = 40;

/** Requests whose work has begun. */
let runningCount = 0;
/** Ends the work that outlives its application. */
let end = new AbortController();

@Injectable()
class ReportsService {
  /** Runs longer than its application. */
  @Traced()
  async create(): Promise<string> {
    runningCount++;
    await setTimeout(60_000, undefined, { signal: end.signal }).catch(() => {});
    return 'late';
  }
}

@Controller('reports')
class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get()
  create(): Promise<string> {
    return this.reports.create();
  }
}

const agents: http.Agent[] = [];

beforeEach(() => {
  runningCount = 0;
  end = new AbortController();
});

afterEach(() => {
  end.abort();
  for (const agent of agents.splice(0)) agent.destroy();
});

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter({ forceCloseConnections: true })],
])('an application on %s that is closed with open requests', (_, createAdapter) => {
  it('delivers their spans, and reports the spans that are still open', async () => {
    const exporter = new InMemorySpanExporter();
    const lines: string[] = [];
    @Module({
      imports: [
        TracingModule.forRoot({ exporter, logger: { warn: (line: string) => lines.push(line) } }),
      ],
      controllers: [ReportsController],
      providers: [ReportsService],
    })
    class ReportsModule {}

    const application = await NestFactory.create(ReportsModule, createAdapter(), {
      logger: false,
      forceCloseConnections: true,
    });
    await application.listen(0, '127.0.0.1');
    const { port } = application.getHttpServer().address() as AddressInfo;
    const agent = new http.Agent({ maxSockets: REQUEST_COUNT });
    agents.push(agent);
    for (let i = 0; i < REQUEST_COUNT; i++) {
      http.get({ host: '127.0.0.1', port, path: '/reports', agent }).on('error', () => {});
    }
    await until(
      () => runningCount === REQUEST_COUNT,
      () => runningCount,
    );

    await application.close();
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name)).toEqual(Array(REQUEST_COUNT).fill('GET /reports'));
    expect(spans[0]?.events.map(({ name }) => name)).toEqual(['request aborted']);
    const statistics = application.get(TracingStatistics);
    expect(statistics.counts()).toMatchObject({ live: REQUEST_COUNT, lost: 0 });
    expect(lines).toEqual([
      '40 spans are still open after the shutdown and will not be exported: their work had not ended when the application was closed.',
    ]);
  });
});
