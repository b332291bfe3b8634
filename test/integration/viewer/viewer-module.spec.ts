import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { InMemorySpanExporter, Traced, TracingModule, type TracingOptions } from 'nestjs-traced';
import { TracingViewerModule, type TracingViewerOptions } from 'nestjs-traced/viewer';
import { Tracing } from '../../../lib/assembly/tracing.js';
import { VIEWER_DESTINATION, type ViewerDestination } from '../../../lib/viewer-destination.js';
import { silentLogger } from '../../support/silent-logger.js';
import { ask } from '../../support/viewer-servers.js';

const opened: TestingModule[] = [];
afterEach(async () => {
  for (const module of opened.splice(0)) await module.close();
  jest.restoreAllMocks();
});

@Injectable()
class Orders implements OnApplicationShutdown {
  @Traced()
  async place(): Promise<string> {
    return 'placed';
  }

  async onApplicationShutdown(): Promise<void> {
    await this.place();
  }
}

async function boot(
  viewer: TracingViewerOptions,
  tracing: TracingOptions = {},
): Promise<TestingModule> {
  const module = await Test.createTestingModule({
    imports: [
      TracingModule.forRoot({ serviceName: 'orders', registerGlobally: false, ...tracing }),
      TracingViewerModule.forRoot({ grpcPort: false, ...viewer }),
    ],
    providers: [Orders],
  })
    .setLogger(silentLogger)
    .compile();
  opened.push(module);
  await module.init();
  return module;
}

function portOf(module: TestingModule): number {
  const { url } = module.get<ViewerDestination>(VIEWER_DESTINATION);
  return Number(new URL(url).port);
}

/** The names of the traces in the viewer, once there are so many. */
async function tracesOf(port: number, count: number): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const { traces } = (await ask(port, { path: '/api/traces' })).json();
    if (traces.length >= count || tries === 200)
      return traces.map(({ name }: { name: string }) => name);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('TracingViewerModule', () => {
  it('shows the spans of an application that has no exporter', async () => {
    const written = jest.spyOn(process.stdout, 'write');
    const module = await boot({ enabled: true, port: 0 });
    await module.get(Orders).place();
    expect(await tracesOf(portOf(module), 1)).toEqual(['Orders.place']);
    const lines = written.mock.calls.map(([text]) => String(text));
    expect(lines.filter((line) => line.includes('Orders.place'))).toEqual([]);
  });

  it('shows them beside the exporter that gets them too', async () => {
    const exporter = new InMemorySpanExporter();
    const module = await boot({ enabled: true, port: 0 }, { exporter });
    await module.get(Orders).place();
    expect(await tracesOf(portOf(module), 1)).toEqual(['Orders.place']);
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['Orders.place']);
  });

  it('shows the code of the methods that have spans', async () => {
    const module = await boot({ enabled: true, port: 0, sourceRoots: ['test'] });
    await module.get(Orders).place();
    const port = portOf(module);
    await tracesOf(port, 1);
    const exported = JSON.parse((await ask(port, { path: '/api/export' })).body.toString());
    const { traceId, spanId } = exported.resourceSpans[0].scopeSpans[0].spans[0];
    const path = `/api/traces/${traceId}/spans/${spanId}/source`;
    const { locations } = (await ask(port, { path })).json();
    expect(locations).toMatchObject([
      {
        origin: 'attribute',
        functionName: 'Orders.place',
        source: { shortPath: 'integration/viewer/viewer-module.spec.ts' },
      },
    ]);
    // The test runner counts the lines of the code that it has made of this file.
    const { file, line, firstLine, lines } = locations[0].source;
    expect(lines[line - firstLine]).toBe(readFileSync(file, 'utf8').split('\n')[line - 1]);
  });

  it('shows spans after redaction', async () => {
    @Injectable()
    class Accounts {
      @Traced({ attributes: { password: 'secret' } })
      open(): void {}
    }
    const module = await Test.createTestingModule({
      imports: [
        TracingModule.forRoot({ serviceName: 'orders', registerGlobally: false }),
        TracingViewerModule.forRoot({ enabled: true, port: 0, grpcPort: false }),
      ],
      providers: [Accounts],
    })
      .setLogger(silentLogger)
      .compile();
    opened.push(module);
    await module.init();
    module.get(Accounts).open();
    const port = portOf(module);
    await tracesOf(port, 1);
    const exported = (await ask(port, { path: '/api/export' })).body.toString();
    expect(exported).toContain('"password"');
    expect(exported).not.toContain('"secret"');
  });

  it('shows spans while they run, to the viewer only', async () => {
    const exporter = new InMemorySpanExporter();
    const module = await boot({ enabled: true, port: 0 }, { exporter });
    const port = portOf(module);
    const { tracer } = module.get(Tracing);
    const span = tracer.startSpan('long', { attributes: { password: 'secret' } });
    expect(await tracesOf(port, 1)).toEqual(['long']);
    const rowOf = async () =>
      (await ask(port, { path: '/api/traces?q=name:long' })).json().traces[0];
    expect(await rowOf()).toMatchObject({ state: 'running', runningCount: 1, spanCount: 1 });
    const text = (await ask(port, { path: '/' })).body.toString();
    expect(text).toContain('◌');
    const exported = (await ask(port, { path: '/api/export' })).body.toString();
    expect(exported).toContain('"password"');
    expect(exported).not.toContain('"secret"');
    expect(exporter.getFinishedSpans()).toEqual([]);
    span.end();
    for (let tries = 0; tries < 200 && (await rowOf()).runningCount > 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await rowOf()).toMatchObject({ state: 'arriving', runningCount: 0, spanCount: 1 });
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['long']);
  });

  it('receives the spans of the shutdown, and then closes its port', async () => {
    const first = await boot({ enabled: true, port: 0 });
    const port = portOf(first);
    const joined = await boot({ enabled: true, port });
    expect(portOf(joined)).toBe(port);
    await joined.close();
    expect(await tracesOf(port, 1)).toEqual(['Orders.place']);
    await first.close();
    opened.length = 0;
    await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('receives the spans of its own application until the last one', async () => {
    const module = await boot({ enabled: true, port: 0 });
    const port = portOf(module);
    const { claim } = module.get<ViewerDestination>(VIEWER_DESTINATION);
    // As long as one more part of the application sends spans, the viewer is open.
    const release = claim();
    await module.close();
    opened.length = 0;
    expect(await tracesOf(port, 1)).toEqual(['Orders.place']);
    await release();
    await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('sends its token', async () => {
    const module = await boot({ enabled: true, port: 0, token: 'secret' });
    await module.get(Orders).place();
    const port = portOf(module);
    const headers = { authorization: 'Bearer secret' };
    for (let tries = 0; tries < 200; tries++) {
      const { traces } = (await ask(port, { path: '/api/traces', headers })).json();
      if (traces.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('No trace has arrived.');
  });

  it('does not run in tests unless it is asked to', async () => {
    const module = await boot({});
    expect(() => module.get(VIEWER_DESTINATION)).toThrow();
  });

  it('refuses options that cannot be used, also where it does not run', () => {
    expect(() => TracingViewerModule.forRoot({ port: -1 })).toThrow('TracingViewerModule.port');
  });

  it('lets the application start where it cannot listen', async () => {
    const module = await boot({ enabled: true, host: '192.0.2.1', token: 'secret' });
    expect(module.get(VIEWER_DESTINATION)).toBeUndefined();
    await expect(module.get(Orders).place()).resolves.toBe('placed');
  });
});
