import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EventStream } from '../../../../lib/viewer/server/event-stream.js';
import { RowHeadlines } from '../../../../lib/viewer/server/row-headlines.js';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import {
  idOf,
  type OtlpMembers,
  openSpanOf,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { until } from '../../../support/until.js';
import { socketsOfTest, type TestViewer, viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const openSocket = socketsOfTest();

interface StreamedEvent {
  readonly event: string;
  readonly id: number;
  // biome-ignore lint/suspicious/noExplicitAny: events carry data of every type
  readonly data: any;
}

interface TestReader {
  readonly events: StreamedEvent[];
  /** Waits for the next event of a type, and takes it and those before it. */
  next(event: string): Promise<StreamedEvent>;
  close(): void;
}

const readers: TestReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

function readEvents({ port }: TestViewer, lastEventId?: number, path = '/api/stream'): TestReader {
  const events: StreamedEvent[] = [];
  const headers = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
  let text = '';
  const asked = request({ host: '127.0.0.1', port, path, headers }, (response) => {
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!chunk.includes('\n')) return;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) if (part !== ':') events.push(eventOf(part));
    });
  });
  asked.on('error', () => {});
  asked.end();
  const reader: TestReader = {
    events,
    next: async (event) => {
      const find = () => events.findIndex((each) => each.event === event);
      await until(
        () => find() !== -1,
        () => events,
      );
      return events.splice(0, find() + 1).at(-1) as StreamedEvent;
    },
    close: () => asked.destroy(),
  };
  readers.push(reader);
  return reader;
}

function eventOf(text: string): StreamedEvent {
  const [, event = '', id, data = ''] = /^event: (.*)\n(?:id: (.*)\n)?data: (.*)$/.exec(text) ?? [];
  return { event, id: Number(id), data: JSON.parse(data) };
}

function send({ store }: TestViewer, spans: readonly OtlpMembers[]): void {
  store.receiveTraces(protobufRequest(requestOf(spans)));
}

function idsOf({ data }: StreamedEvent): number[] {
  return data.rows.map(({ id }: { id: string }) => Number.parseInt(id, 16));
}

describe('EventStream', () => {
  it('begins with the newest traces, and sends those that change', async () => {
    const viewer = await startViewer();
    send(viewer, [spanOf(1, 1)]);
    send(viewer, [spanOf(2, 1)]);
    const reader = readEvents(viewer);
    expect(idsOf(await reader.next('snapshot'))).toEqual([2, 1]);
    expect((await reader.next('counts')).data).toMatchObject({ traces: { kept: 2 } });
    send(viewer, [spanOf(1, 2)]);
    send(viewer, [spanOf(3, 1)]);
    const { data, id } = await reader.next('traces');
    expect(data.rows.map((row: { spanCount: number }) => row.spanCount)).toEqual([2, 1]);
    expect([data.removed, id]).toEqual([[], viewer.store.revision]);
    expect((await reader.next('counts')).data).toMatchObject({ spans: { stored: 4 } });
  });

  it('tells which traces are gone', async () => {
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 1 });
    const viewer = await startViewer({ store });
    send(viewer, [spanOf(1, 1)]);
    const reader = readEvents(viewer);
    await reader.next('counts');
    send(viewer, [spanOf(2, 1)]);
    const event = await reader.next('traces');
    expect([idsOf(event), event.data.removed]).toEqual([[2], [idOf(1, 32)]]);
  });

  it('sends a reader that comes back what it has missed', async () => {
    const viewer = await startViewer();
    send(viewer, [spanOf(1, 1)]);
    const { revision } = viewer.store;
    send(viewer, [spanOf(2, 1)]);
    expect(idsOf(await readEvents(viewer, revision).next('traces'))).toEqual([2]);
    const upToDate = readEvents(viewer, viewer.store.revision);
    await upToDate.next('counts');
    send(viewer, [spanOf(3, 1)]);
    expect(idsOf(await upToDate.next('traces'))).toEqual([3]);
  });

  it.each([-1, 1e9, Number.NaN])('begins anew with an id that it has not given: %d', async (id) => {
    const viewer = await startViewer();
    send(viewer, [spanOf(1, 1)]);
    expect(idsOf(await readEvents(viewer, id).next('snapshot'))).toEqual([1]);
  });

  it('tells that a trace is complete, which only time changes', async () => {
    let time = 0;
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 10 }, () => time);
    const viewer = await startViewer({ store });
    const reader = readEvents(viewer);
    await reader.next('counts');
    send(viewer, [spanOf(1, 1)]);
    expect((await reader.next('traces')).data.rows).toMatchObject([{ state: 'arriving' }]);
    time = 2_500;
    expect((await reader.next('traces')).data.rows).toMatchObject([{ state: 'complete' }]);
  });

  it('tells that a process has gone, which nobody sends', async () => {
    let time = 0;
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 10 }, () => time);
    const viewer = await startViewer({ store });
    const reader = readEvents(viewer);
    await reader.next('counts');
    store.receiveOpenTraces(protobufRequest(requestOf([openSpanOf(1, 1)])));
    const running = (await reader.next('traces')).data.rows;
    expect(running).toMatchObject([{ state: 'running', runningCount: 1, silentCount: 0 }]);
    time = 5_500;
    const gone = (await reader.next('traces')).data.rows;
    expect(gone).toMatchObject([{ state: 'incomplete', runningCount: 0, silentCount: 1 }]);
  });

  it('begins anew for a reader of a viewer that had the port before', async () => {
    const { store } = await startViewer();
    const { revision } = store;
    const next = await startViewer({
      store: new TraceStore({ maxBytes: 1e7, maxTraces: 10 }, undefined, () => Date.now() + 1_000),
    });
    send(next, [spanOf(1, 1)]);
    expect(idsOf(await readEvents(next, revision).next('snapshot'))).toEqual([1]);
  });

  it('tells that the graph has changed, without an id that would stand for traces', async () => {
    let time = 0;
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 10 }, () => time);
    const viewer = await startViewer({ store });
    const reader = readEvents(viewer);
    await reader.next('counts');
    send(viewer, [spanOf(1, 1, { kind: 2 })]);
    time = 2_500;
    const { data, id } = await reader.next('graph');
    expect([data, id]).toEqual([{ revision: store.graph.revision }, Number.NaN]);
    expect(store.graph.revision).toBe(1);
  });

  it('sends a snapshot where too much has changed at once', async () => {
    const viewer = await startViewer();
    const reader = readEvents(viewer);
    await reader.next('counts');
    send(
      viewer,
      Array.from({ length: 700 }, (_, i) => spanOf(i + 1, 1)),
    );
    const { data } = await reader.next('snapshot');
    expect(data.rows).toHaveLength(500);
    expect(data.rows[0].id).toBe(idOf(700, 32));
  });

  it('sends ten messages a second at most', async () => {
    const viewer = await startViewer();
    const reader = readEvents(viewer);
    await reader.next('counts');
    const begin = performance.now();
    let span = 1;
    while (performance.now() - begin < 500) {
      send(viewer, [spanOf(1, span++)]);
      await new Promise(setImmediate);
    }
    const messages = reader.events.filter(({ event }) => event === 'traces');
    expect(span).toBeGreaterThan(20);
    expect(messages.length).toBeLessThanOrEqual(6);
    expect(messages.length).toBeGreaterThan(0);
  });

  it('keeps nothing for a reader that never reads, and sends it a snapshot when it does', async () => {
    const viewer = await startViewer();
    const socket = openSocket(
      viewer.port,
      `GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${viewer.port}\r\n\r\n`,
    );
    socket.pause();
    const other = readEvents(viewer);
    await other.next('counts');
    const name = 'n'.repeat(4_000);
    for (let round = 0; round < 20; round++) {
      const spans = Array.from({ length: 150 }, (_, i) => spanOf(i + 1, round + 1, { name }));
      send(viewer, spans);
      await other.next('counts');
    }
    // Some 12 MB were sent to the other reader.
    expect(viewer.server.streamedBytes).toBeLessThan(4 * 2 ** 20);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.resume();
    await until(
      () => text.lastIndexOf('event: snapshot') > 0,
      () => text.length,
    );
  });

  it('continues a list from the revision that it has', async () => {
    const viewer = await startViewer();
    send(viewer, [spanOf(1, 1)]);
    const { revision } = (await viewer.ask({ path: '/api/traces' })).json();
    send(viewer, [spanOf(2, 1)]);
    const path = `/api/stream?since=${revision}`;
    expect(idsOf(await readEvents(viewer, undefined, path).next('traces'))).toEqual([2]);
    // The browser repeats the address when it comes back.
    const comesBack = readEvents(viewer, viewer.store.revision, path);
    await comesBack.next('counts');
    send(viewer, [spanOf(3, 1)]);
    expect(idsOf(await comesBack.next('traces'))).toEqual([3]);
  });

  it('tells a list from before when its traces are complete, with their sentences', async () => {
    let time = 0;
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 10 }, () => time);
    const viewer = await startViewer({ store });
    send(viewer, [spanOf(1, 1, { status: { code: 2, message: 'No stock' } })]);
    const { revision } = (await viewer.ask({ path: '/api/traces' })).json();
    const reader = readEvents(viewer, undefined, `/api/stream?since=${revision}`);
    await reader.next('counts');
    time += 2_000;
    const [row] = (await reader.next('traces')).data.rows;
    expect(row).toMatchObject({
      state: 'complete',
      headline: { kind: 'failed', text: expect.stringContaining('No stock') },
    });
  });

  describe('with a query', () => {
    const follow = async (viewer: TestViewer, q: string) => {
      const parameters = new URLSearchParams({ q, since: String(viewer.store.revision) });
      const reader = readEvents(viewer, undefined, `/api/stream?${parameters}`);
      await reader.next('counts');
      return reader;
    };
    const failed = { status: { code: 2 } };

    it('tells of the traces that match, and of those that do not match any more', async () => {
      const viewer = await startViewer();
      const reader = await follow(viewer, 'trace.failed=0');
      send(viewer, [spanOf(1, 1), spanOf(2, 1, failed)]);
      const first = await reader.next('traces');
      expect([idsOf(first), first.data.removed]).toEqual([[1], []]);
      send(viewer, [spanOf(1, 2, failed), spanOf(3, 1)]);
      const second = await reader.next('traces');
      expect([idsOf(second), second.data.removed]).toEqual([[3], [idOf(1, 32)]]);
    });

    it('sends nothing about others but the counts', async () => {
      const viewer = await startViewer();
      const reader = await follow(viewer, 'service:stock');
      send(viewer, [spanOf(1, 1)]);
      expect((await reader.next('counts')).data).toMatchObject({ traces: { kept: 1 } });
      send(viewer, [spanOf(2, 1)]);
      expect((await reader.next('counts')).data).toMatchObject({ traces: { kept: 2 } });
      expect(reader.events).toEqual([]);
    });

    it('matches a long trace when it has arrived', async () => {
      let time = 0;
      const store = new TraceStore({ maxBytes: 1e8, maxTraces: 10 }, () => time);
      const viewer = await startViewer({ store });
      const reader = await follow(viewer, 'service:orders');
      send(
        viewer,
        Array.from({ length: 2_001 }, (_, span) => spanOf(1, span + 1)),
      );
      await reader.next('counts');
      expect(reader.events).toEqual([]);
      time += 2_000;
      expect(idsOf(await reader.next('traces'))).toEqual([1]);
    });

    it('asks for the list to be read again after too many changes', async () => {
      const viewer = await startViewer();
      const reader = await follow(viewer, 'service:orders');
      send(
        viewer,
        Array.from({ length: 501 }, (_, trace) => spanOf(trace + 1, 1)),
      );
      expect((await reader.next('stale')).data).toEqual({ rows: [], removed: [] });
    });

    it('refuses one with an error', async () => {
      const { ask } = await startViewer();
      const { status, json } = await ask({ path: '/api/stream?q=duration%3Ex' });
      expect([status, json().error.column]).toEqual([400, expect.any(Number)]);
    });
  });

  it('refuses more readers than pages that anybody opens', async () => {
    const viewer = await startViewer();
    const open = Array.from({ length: 32 }, () => readEvents(viewer));
    for (const reader of open) await reader.next('counts');
    const { status, headers } = await viewer.ask({ path: '/api/stream' });
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    open[0]?.close();
    const stream = () => viewer.server.readerCount;
    await until(
      () => stream() === 31,
      () => stream(),
    );
  });

  it('does nothing without readers', () => {
    const store = new TraceStore({ maxBytes: 1e6, maxTraces: 1 });
    const stream = new EventStream(store, () => ({}), new RowHeadlines());
    stream.close();
    expect(stream.readerCount).toBe(0);
  });
});
