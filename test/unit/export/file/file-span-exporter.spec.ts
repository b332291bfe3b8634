import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchSpanProcessor } from '../../../../lib/delivery/index.js';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  type ExportResult,
  FileSpanExporter,
  type FileSpanExporterOptions,
} from '../../../../lib/export/index.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { describeSpanExporter } from '../../../suites/span-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { endedSpans, providerFor } from '../../../support/span-source.js';
import { type OtlpJson, spansOf } from '../otlp/read-otlp.js';
import { KNOWN_SPAN } from '../otlp/sample-spans.js';
import { TemporaryDirectory } from './temporary-directory.js';

const DONE = /^spans-\d{8}T\d{9}Z-\d{4}\.jsonl$/;
const directories: TemporaryDirectory[] = [];

function createDirectory(): TemporaryDirectory {
  const directory = new TemporaryDirectory();
  directories.push(directory);
  return directory;
}

function namesIn(directory: TemporaryDirectory): string[] {
  return directory.lines.flatMap((line) =>
    spansOf(JSON.parse(line) as OtlpJson).map(({ name }) => name as string),
  );
}

function exportTo(exporter: FileSpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

afterEach(() => {
  for (const directory of directories.splice(0)) directory.remove();
});

describeSpanExporter({
  name: 'FileSpanExporter',
  create: () => {
    const directory = createDirectory();
    const diagnostics = new ReadDiagnostics();
    return {
      exporter: new FileSpanExporter({ directory: directory.path, diagnostics }),
      deliveredNames: () => namesIn(directory),
    };
  },
  createFailing: () => {
    const directory = createDirectory();
    symlinkSync('/dev/full', directory.file('spans.jsonl.part'));
    return { exporter: new FileSpanExporter({ directory: directory.path }) };
  },
});

describe('FileSpanExporter', () => {
  it('writes a batch a line, and finishes the file at the shutdown', async () => {
    const directory = createDirectory();
    const exporter = new FileSpanExporter({ directory: directory.path });
    await exportTo(exporter, endedSpans(2));
    await exportTo(exporter, endedSpans(3));
    expect(directory.names).toEqual(['spans.jsonl.part']);
    await exporter.shutdown();
    expect(directory.names).toEqual([expect.stringMatching(DONE)]);
    expect(directory.lines.map((line) => spansOf(JSON.parse(line) as OtlpJson).length)).toEqual([
      2, 3,
    ]);
  });

  it('leaves no file where nothing was written', async () => {
    const directory = createDirectory();
    await new FileSpanExporter({ directory: directory.path }).shutdown();
    expect(directory.names).toEqual([]);
  });

  it('begins a new file when one is long enough, and removes the oldest beyond the bound', async () => {
    const directory = createDirectory();
    const diagnostics = new ReadDiagnostics();
    const exporter = new FileSpanExporter({
      directory: directory.path,
      maxFileBytes: 1,
      maxFileCount: 3,
      diagnostics,
    });
    const spans = endedSpans(5);
    for (const span of spans) await exportTo(exporter, [span]);
    expect(directory.names).toHaveLength(3);
    expect(namesIn(directory)).toEqual(['work 2', 'work 3', 'work 4']);
    expect(diagnostics.counts()).toEqual({
      'The oldest file of spans was removed to make room': 2,
    });
    await exporter.shutdown();
  });

  it('finishes what a process left behind that ended all of a sudden', async () => {
    const directory = createDirectory();
    writeFileSync(directory.file('spans.jsonl.part'), '{"resourceSpans":[]}\n{"resou');
    const exporter = new FileSpanExporter({ directory: directory.path });
    await exportTo(exporter, endedSpans(1));
    await exporter.shutdown();
    expect(directory.names).toEqual([expect.stringMatching(DONE), expect.stringMatching(DONE)]);
    expect(directory.read(directory.names[0] as string)).toBe('{"resourceSpans":[]}\n{"resou');
  });

  it('counts what a full disk does not take, and goes on when there is room', async () => {
    const directory = createDirectory();
    const part = directory.file('spans.jsonl.part');
    symlinkSync('/dev/full', part);
    const diagnostics = new ReadDiagnostics();
    const exporter = new FileSpanExporter({ directory: directory.path, diagnostics });
    const processor = new BatchSpanProcessor(exporter, { diagnostics });
    const { tracer } = providerFor(processor);
    for (let i = 0; i < 5; i++) tracer.startSpan(`lost ${i}`).end();
    await processor.forceFlush();
    rmSync(part, { force: true });
    for (let i = 0; i < 3; i++) tracer.startSpan(`kept ${i}`).end();
    await processor.shutdown();
    expect(processor.counts).toEqual({ exported: 3, failed: 5, dropped: {}, queued: 0 });
    expect(namesIn(directory)).toEqual(['kept 0', 'kept 1', 'kept 2']);
    expect(diagnostics.lines).toEqual([
      expect.stringMatching(
        /^FileSpanExporter could not deliver 5 spans: The file could not be written: ENOSPC/,
      ),
      'FileSpanExporter delivers again; 5 spans were lost.',
    ]);
  });

  it('makes the directory again when it is gone, and says what went with it', async () => {
    const directory = createDirectory();
    const path = directory.file('inner');
    const diagnostics = new ReadDiagnostics();
    const exporter = new FileSpanExporter({ directory: path, diagnostics });
    await exportTo(exporter, endedSpans(1));
    rmSync(path, { recursive: true });
    expect(await exportTo(exporter, endedSpans(2))).toEqual({ code: 0 });
    rmSync(path, { recursive: true });
    writeFileSync(path, 'no directory');
    expect(await exportTo(exporter, endedSpans(1))).toMatchObject({ code: 1 });
    rmSync(path);
    mkdirSync(path);
    expect(await exportTo(exporter, endedSpans(1))).toEqual({ code: 0 });
    rmSync(path, { recursive: true });
    await exporter.shutdown();
    expect(diagnostics.counts()).toEqual({
      'A file of spans was removed while it was written': 2,
      'A file of spans could not be finished': 1,
      'Old files of spans could not be removed': 1,
    });
  });

  it('counts spans that cannot be read as rejected', async () => {
    const directory = createDirectory();
    const exporter = new FileSpanExporter({ directory: directory.path });
    const rotten = {
      ...KNOWN_SPAN,
      spanContext: () => {
        throw new Error('rotten');
      },
    };
    expect(await exportTo(exporter, [KNOWN_SPAN, rotten])).toMatchObject({ rejectedCount: 1 });
    expect(await exportTo(exporter, [rotten])).toMatchObject({ code: 1 });
    await exporter.shutdown();
    expect(namesIn(directory)).toEqual(['GET /a']);
  });

  it.each<[string, Partial<FileSpanExporterOptions> | undefined]>([
    ['no options', undefined],
    ['no directory', {}],
    ['a prefix that leads elsewhere', { directory: 'a', prefix: '../a' }],
    ['a prefix that hides the files', { directory: 'a', prefix: '.a' }],
    ['an empty prefix', { directory: 'a', prefix: '' }],
    ['no bytes', { directory: 'a', maxFileBytes: 0 }],
    ['no files', { directory: 'a', maxFileCount: 0 }],
  ])('refuses %s', (_, options) => {
    expect(() => new FileSpanExporter(options as FileSpanExporterOptions)).toThrow(
      TracingConfigError,
    );
  });
});
