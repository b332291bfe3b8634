import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  FileSpanExporter,
  replaySpanFile,
  type SpanFileReplayOptions,
} from '../../../../lib/export/index.js';
import { type Answer, accept, Collector } from '../../../integration/export/collector.js';
import { findRefusingUrl } from '../../../integration/export/raw-server.js';
import { endedSpans } from '../../../support/span-source.js';
import { expectedSpan } from '../otlp/expected-otlp.js';
import { spansOf } from '../otlp/read-otlp.js';
import { TemporaryDirectory } from './temporary-directory.js';

const opened: { stop?(): Promise<void>; remove?(): void }[] = [];

async function collect(answer?: Answer): Promise<Collector> {
  const collector = await Collector.start(answer);
  opened.push(collector);
  return collector;
}

function fileOf(...lines: string[]): string {
  const directory = new TemporaryDirectory();
  opened.push(directory);
  const path = directory.file('spans.jsonl');
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** A line with spans of these names. */
function line(...names: string[]): string {
  const spans = names.map((name) => ({ name }));
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

afterEach(async () => {
  for (const thing of opened.splice(0)) {
    await thing.stop?.();
    thing.remove?.();
  }
});

describe('replay', () => {
  it.each(['none', 'gzip'] as const)(
    'sends on what was written, compressed by %s',
    async (compression) => {
      const directory = new TemporaryDirectory();
      opened.push(directory);
      const spans = endedSpans(5);
      const exporter = new FileSpanExporter({ directory: directory.path });
      for (const batch of [spans.slice(0, 2), spans.slice(2)]) {
        await new Promise((resolve) => exporter.export(batch, resolve));
      }
      await exporter.shutdown();
      const collector = await collect();
      const [name = ''] = directory.names;
      expect(
        await replaySpanFile(directory.file(name), { url: collector.url, compression }),
      ).toEqual({
        exported: 5,
        rejected: 0,
        brokenLines: 0,
        stoppedAtLine: undefined,
        error: undefined,
      });
      expect(collector.messages.flatMap(spansOf)).toEqual(spans.map(expectedSpan));
      expect(collector.requests[0]?.headers['content-type']).toBe('application/json');
    },
  );

  it('steps over lines that hold no spans', async () => {
    const collector = await collect();
    const path = fileOf('not JSON', line('a'), '', '{}', 'null', '{"resourceSpans":[{"sco');
    expect(await replaySpanFile(path, { url: collector.url })).toMatchObject({
      exported: 1,
      brokenLines: 4,
      stoppedAtLine: undefined,
    });
    expect(collector.spanNames).toEqual(['a']);
  });

  it('counts what is refused for what is in it, and goes on', async () => {
    const collector = await collect((request, response, index) => {
      if (index === 0) response.writeHead(400, { 'content-type': 'text/plain' }).end('bad');
      else if (index === 1) {
        response.setHeader('content-type', 'application/json');
        response.end('{"partialSuccess":{"rejectedSpans":"1","errorMessage":"odd"}}');
      } else accept(request, response);
    });
    const path = fileOf(line('a', 'b'), line('c', 'd', 'e'), line('f'));
    expect(await replaySpanFile(path, { url: collector.url })).toEqual({
      exported: 3,
      rejected: 3,
      brokenLines: 0,
      stoppedAtLine: undefined,
      error: expect.objectContaining({ message: expect.stringMatching(/400 Bad Request/) }),
    });
  });

  it.each([401, 503])(
    'stops where the server answers %d, and goes on from there',
    async (status) => {
      let isWell = false;
      const collector = await collect((request, response) => {
        const { resourceSpans } = JSON.parse(request.body.toString());
        const isStuck = resourceSpans[0].scopeSpans[0].spans[0].name === 'b';
        if (isStuck && !isWell) response.writeHead(status).end();
        else accept(request, response);
      });
      const path = fileOf(line('a'), line('b', 'c'), line('d'));
      const options = { url: collector.url, retry: { maxRetries: 0 } };
      const first = await replaySpanFile(path, options);
      expect(first).toMatchObject({ exported: 1, rejected: 0, stoppedAtLine: 2 });
      expect(first.error?.message).toContain(String(status));
      isWell = true;
      const second = await replaySpanFile(path, {
        ...options,
        fromLine: first.stoppedAtLine as number,
      });
      expect(second).toMatchObject({ exported: 3, rejected: 0, stoppedAtLine: undefined });
    },
  );

  it('sends the halves of a line that is too long for the server, and counts a span that is alone', async () => {
    const collector = await collect((request, response) => {
      if (request.body.length > 120) response.writeHead(413).end();
      else accept(request, response);
    });
    const giant = 'x'.repeat(200);
    const path = fileOf(line('a', 'b', giant, 'c', 'd'), line('e'));
    expect(await replaySpanFile(path, { url: collector.url })).toEqual({
      exported: 5,
      rejected: 1,
      brokenLines: 0,
      stoppedAtLine: undefined,
      error: expect.objectContaining({ message: expect.stringMatching(/413 Payload Too Large/) }),
    });
    const accepted = collector.messages.flatMap(spansOf).map(({ name }) => name);
    expect(accepted.filter((name) => name !== giant)).toEqual(
      expect.arrayContaining(['a', 'b', 'c', 'd', 'e']),
    );
  });

  it('stops between the halves of a line where the server is busy', async () => {
    const collector = await collect((_request, response, index) => {
      response.writeHead([413, 200, 503][index] ?? 500).end();
    });
    const options = { url: collector.url, retry: { maxRetries: 0 } };
    expect(await replaySpanFile(fileOf(line('a', 'b')), options)).toMatchObject({
      exported: 1,
      rejected: 0,
      stoppedAtLine: 1,
      error: { message: expect.stringContaining('503') },
    });
  });

  it('stops where nobody listens', async () => {
    const options = { url: await findRefusingUrl(), retry: { maxRetries: 0 } };
    expect(await replaySpanFile(fileOf(line('a')), options)).toMatchObject({
      exported: 0,
      stoppedAtLine: 1,
      error: { message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('rejects for a file that is not there', async () => {
    await expect(replaySpanFile('nowhere.jsonl')).rejects.toThrow('ENOENT');
  });

  it.each<[string, SpanFileReplayOptions]>([
    ['a URL that is none', { url: 'collector' }],
    ['line 0', { fromLine: 0 }],
    ['a compression that is none', { compression: 'br' as never }],
    ['no time', { timeoutMillis: 0 }],
  ])('refuses %s', async (_, options) => {
    await expect(replaySpanFile(fileOf(), options)).rejects.toThrow(TracingConfigError);
  });
});
