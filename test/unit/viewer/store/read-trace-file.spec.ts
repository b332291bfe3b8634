import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readTraceFile } from '../../../../lib/viewer/store/read-trace-file.js';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import { idOf, protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('readTraceFile', () => {
  const request = requestOf([spanOf(1, 1), spanOf(2, 2, { spanId: '' })]);
  const jaeger = {
    data: [
      {
        traceID: idOf(5, 32),
        spans: [
          {
            traceID: idOf(5, 32),
            spanID: idOf(6, 16),
            operationName: 'GET /',
            startTime: 1_700_000_000_000_000,
            duration: 1_000,
            processID: 'p1',
          },
        ],
        processes: { p1: { serviceName: 'frontend' } },
      },
    ],
  };

  it.each<[string, string | Buffer, number]>([
    ['OTLP/JSON', JSON.stringify(request), 1],
    ['OTLP/JSON over several lines', JSON.stringify(request, null, 2), 1],
    ['OTLP protobuf', protobufRequest(request), 1],
    ['JSON of Jaeger', JSON.stringify(jaeger), 1],
  ])('reads %s', async (_, content, traceCount) => {
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 100 });
    const path = write('traces', content);
    const sentence = await readTraceFile(path, store);
    expect(store.counts().traces.kept).toBe(traceCount);
    const isJaeger = content === JSON.stringify(jaeger);
    expect(sentence).toBe(isJaeger ? `${path}: 1 spans` : `${path}: 2 spans, 1 of them refused`);
  });

  it('reads a file that is longer than a request may be', async () => {
    const text = 'x'.repeat(100_000);
    const line = (trace: number) =>
      `${JSON.stringify(requestOf([spanOf(trace, 1, { attributes: [{ key: 'text', value: { stringValue: text } }] })]))}\n`;
    const path = write('long.jsonl', Array.from({ length: 700 }, (_, i) => line(i + 1)).join(''));
    const store = new TraceStore({ maxBytes: 1e9, maxTraces: 10_000 });
    expect(await readTraceFile(path, store)).toBe(`${path}: 700 spans`);
    expect(store.counts().traces.kept).toBe(700);
  });

  it.each([
    ['words', 'not a trace'],
    ['other JSON', '{"a":1}'],
    ['other bytes', Buffer.from([0xff, 0xff, 0xff])],
  ])('refuses %s', async (_, content) => {
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 100 });
    const path = write('other', content);
    await expect(readTraceFile(path, store)).rejects.toThrow(
      `${path}: It is neither OTLP, in JSON or protobuf, nor JSON of Jaeger.`,
    );
  });
});
