import http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ExportResult,
  OtlpGrpcLogExporter,
  OtlpGrpcMetricExporter,
  OtlpGrpcSpanExporter,
  OtlpLogExporter,
  OtlpMetricExporter,
  OtlpSpanExporter,
  type OtlpSpanExporterOptions,
  type PartialExportResult,
} from '../../../lib/export/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { emittedLog } from '../../support/log-source.js';
import { readableMetrics } from '../../support/metric-source.js';
import { endedSpan } from '../../support/span-source.js';
import {
  dataPointsOf,
  logRecordsOf,
  type OtlpJson,
  readLogsRequest,
  readMetricsRequest,
  readRequest,
  spansOf,
} from '../../unit/export/otlp/read-otlp.js';
import { TraceService } from '../../unit/export/otlp-grpc/trace-service.js';

const MIB = 1024 * 1024;
/** The limit of servers for gRPC, unless they are told another one. */
const GRPC_LIMIT = 4 * MIB;
const FILLED_LENGTH = 40_000;
const ITEM_COUNT = 250;
const GIANT_LENGTH = 5_000_000;

/** What one exporter sends. */
interface Sent {
  readonly count: number;
  /** The length of each item, in characters. */
  readonly length: number;
}

type Options = OtlpSpanExporterOptions & { readonly grpc: typeof grpc };
type Exporting<I> = {
  export(items: I, callback: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
};

interface Signal {
  readonly many: string;
  readonly read: (body: Buffer) => OtlpJson;
  readonly itemsOf: (message: OtlpJson) => OtlpJson[];
  readonly messagesOf: (service: TraceService) => readonly OtlpJson[];
  readonly send: (
    options: Options,
    isGrpc: boolean,
    groups: readonly Sent[],
  ) => {
    result: Promise<PartialExportResult>;
    shutdown: () => Promise<void>;
  };
}

function sending<I>(exporter: Exporting<I>, items: I) {
  const result = new Promise<PartialExportResult>((resolve) => exporter.export(items, resolve));
  return { result, shutdown: () => exporter.shutdown() };
}

function itemsFor<T>(groups: readonly Sent[], create: (text: string) => T): T[] {
  return groups.flatMap(({ count, length }) =>
    Array.from({ length: count }, (_, i) => create(`${i} `.padEnd(length, 'x'))),
  );
}

const SIGNALS: readonly (readonly [string, Signal])[] = [
  [
    'span',
    {
      many: 'spans',
      read: readRequest,
      itemsOf: spansOf,
      messagesOf: ({ messages }) => messages,
      send: (options, isGrpc, groups) =>
        sending(
          isGrpc ? new OtlpGrpcSpanExporter(options) : new OtlpSpanExporter(options),
          itemsFor(groups, (text) => endedSpan('work', undefined, { attributes: { text } })),
        ),
    },
  ],
  [
    'log record',
    {
      many: 'log records',
      read: readLogsRequest,
      itemsOf: logRecordsOf,
      messagesOf: ({ logMessages }) => logMessages,
      send: (options, isGrpc, groups) =>
        sending(
          isGrpc ? new OtlpGrpcLogExporter(options) : new OtlpLogExporter(options),
          itemsFor(groups, (body) => emittedLog({ body, eventName: 'work' })),
        ),
    },
  ],
  [
    'data point',
    {
      many: 'data points',
      read: readMetricsRequest,
      itemsOf: dataPointsOf,
      messagesOf: ({ metricMessages }) => metricMessages,
      send: (options, isGrpc, groups) =>
        sending(
          isGrpc ? new OtlpGrpcMetricExporter(options) : new OtlpMetricExporter(options),
          readableMetrics([
            { name: 'work', series: itemsFor(groups, (text) => [{ text }, 1] as const) },
          ]),
        ),
    },
  ],
];

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** What a receiver takes and refuses. */
interface Receiver {
  readonly url: string;
  readonly acceptedCount: number;
}

async function startHttp(signal: Signal): Promise<Receiver & { refusedCount: number }> {
  const receiver = { url: '', acceptedCount: 0, refusedCount: 0 };
  const server = http.createServer((request, response) => {
    if (Number(request.headers['content-length']) > GRPC_LIMIT) {
      receiver.refusedCount++;
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const isJson = request.headers['content-type'] === 'application/json';
      const message = isJson ? (JSON.parse(body.toString()) as OtlpJson) : signal.read(body);
      receiver.acceptedCount += signal.itemsOf(message).length;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

async function startGrpc(signal: Signal): Promise<Receiver> {
  const service = await TraceService.start(undefined, undefined, {
    'grpc.max_receive_message_length': GRPC_LIMIT,
  });
  stops.push(() => service.stop());
  return {
    url: service.url,
    get acceptedCount() {
      return signal.messagesOf(service).flatMap(signal.itemsOf).length;
    },
  };
}

describe.each(SIGNALS)('a receiver that takes 4 MiB gets each %s', (one, signal) => {
  describe.each(['http/protobuf', 'http/json', 'gRPC'] as const)('by %s', (protocol) => {
    const isGrpc = protocol === 'gRPC';

    async function deliver(groups: readonly Sent[], options: OtlpSpanExporterOptions = {}) {
      const receiver = isGrpc ? await startGrpc(signal) : await startHttp(signal);
      const diagnostics = new ReadDiagnostics();
      const { result, shutdown } = signal.send(
        { url: receiver.url, diagnostics, grpc, ...(!isGrpc && { protocol }), ...options },
        isGrpc,
        groups,
      );
      stops.unshift(shutdown);
      return { receiver, result: await result, lines: diagnostics.lines };
    }

    const TEN_MEGABYTES = [{ count: ITEM_COUNT, length: FILLED_LENGTH }];

    it('of 10 MB, and refuses nothing', async () => {
      const { receiver, result, lines } = await deliver(TEN_MEGABYTES);
      expect(result).toEqual({ code: 0 });
      expect([receiver.acceptedCount, lines]).toEqual([ITEM_COUNT, []]);
    });

    it('of 10 MB where the user expects a higher limit, after it has refused requests', async () => {
      const { receiver, result, lines } = await deliver(TEN_MEGABYTES, {
        maxRequestBytes: 16 * MIB,
      });
      expect(result).toEqual({ code: 0 });
      expect(receiver.acceptedCount).toBe(ITEM_COUNT);
      expect(lines[0]).toMatch(
        new RegExp(
          `^A request is too long for the receiver; its ${signal.many} are sent again in shorter requests\\. Set maxRequestBytes`,
        ),
      );
    });

    it('but one that is longer alone, which is counted and named', async () => {
      const groups = [
        { count: 20, length: 100 },
        { count: 1, length: GIANT_LENGTH },
        { count: 20, length: 100 },
      ];
      const { receiver, result, lines } = await deliver(groups);
      expect(result).toMatchObject({ code: 0, rejectedCount: 1 });
      expect(receiver.acceptedCount).toBe(40);
      expect(lines).toEqual([
        expect.stringMatching(
          new RegExp(
            `^A ${one} is too long for the receiver and was dropped: 'work', 5\\d{6} bytes: `,
          ),
        ),
      ]);
    });

    it('but one that is longer than the limit that the user gives, which is not sent', async () => {
      const groups = [
        { count: 3, length: 100 },
        { count: 1, length: 200_000 },
      ];
      const { receiver, result, lines } = await deliver(groups, { maxRequestBytes: 100_000 });
      expect(result).toMatchObject({ code: 0, rejectedCount: 1 });
      expect(receiver.acceptedCount).toBe(3);
      expect(lines[0]).toMatch(
        /'work', 2\d{5} bytes: The request would be 2\d{5} bytes long, more than 100000$/,
      );
    });
  });
});
