import * as grpc from '@grpc/grpc-js';
import {
  logRecordsOf,
  type OtlpJson,
  readLogsRequest,
  readMetricsRequest,
  readRequest,
  spansOf,
} from '../otlp/read-otlp.js';

/** What the service answers to the call number `index`: bytes, or an error, or never. */
export type GrpcAnswer = (
  reply: (error: Partial<grpc.StatusObject> | null, response?: Buffer) => void,
  index: number,
) => unknown;

/** An OTLP server for gRPC on a free port, which answers as the test says. */
export class TraceService {
  readonly messages: OtlpJson[] = [];
  /** The messages of the service for logs. */
  readonly logMessages: OtlpJson[] = [];
  /** The messages of the service for metrics. */
  readonly metricMessages: OtlpJson[] = [];
  readonly metadata: grpc.Metadata[] = [];
  callCount = 0;
  #port = 0;
  readonly #server: grpc.Server;

  private constructor(options: grpc.ServerOptions) {
    this.#server = new grpc.Server(options);
  }

  static async start(
    answer: GrpcAnswer = (reply) => reply(null, Buffer.alloc(0)),
    credentials = grpc.ServerCredentials.createInsecure(),
    options: grpc.ServerOptions = {},
    address = '127.0.0.1:0',
  ): Promise<TraceService> {
    const service = new TraceService(options);
    const asItIs = (bytes: Buffer): Buffer => bytes;
    const serve = (path: string, messages: OtlpJson[], read: (bytes: Buffer) => OtlpJson): void => {
      service.#server.addService(
        {
          Export: {
            path,
            requestStream: false,
            responseStream: false,
            requestSerialize: asItIs,
            requestDeserialize: asItIs,
            responseSerialize: asItIs,
            responseDeserialize: asItIs,
          },
        },
        {
          Export: (
            call: grpc.ServerUnaryCall<Buffer, Buffer>,
            callback: grpc.sendUnaryData<Buffer>,
          ) => {
            messages.push(read(call.request));
            service.metadata.push(call.metadata);
            answer((error, response) => callback(error, response), service.callCount++);
          },
        },
      );
    };
    serve(
      '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      service.messages,
      readRequest,
    );
    serve(
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      service.logMessages,
      readLogsRequest,
    );
    serve(
      '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      service.metricMessages,
      readMetricsRequest,
    );
    service.#port = await new Promise((resolve, reject) => {
      service.#server.bindAsync(address, credentials, (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return service;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get spanNames(): string[] {
    return this.messages.flatMap(spansOf).map(({ name }) => name as string);
  }

  get logBodies(): unknown[] {
    return this.logMessages.flatMap(logRecordsOf).map(({ body }) => body?.stringValue);
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}
