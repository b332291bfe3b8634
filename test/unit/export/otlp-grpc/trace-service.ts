import * as grpc from '@grpc/grpc-js';
import { type OtlpJson, readRequest, spansOf } from '../otlp/read-otlp.js';

/** What the service answers to the call number `index`: bytes, or an error, or never. */
export type GrpcAnswer = (
  reply: (error: Partial<grpc.StatusObject> | null, response?: Buffer) => void,
  index: number,
) => unknown;

/** An OTLP server for gRPC on a free port, which answers as the test says. */
export class TraceService {
  readonly messages: OtlpJson[] = [];
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
  ): Promise<TraceService> {
    const service = new TraceService(options);
    const asItIs = (bytes: Buffer): Buffer => bytes;
    service.#server.addService(
      {
        Export: {
          path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
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
          service.messages.push(readRequest(call.request));
          service.metadata.push(call.metadata);
          answer((error, response) => callback(error, response), service.callCount++);
        },
      },
    );
    service.#port = await new Promise((resolve, reject) => {
      service.#server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get spanNames(): string[] {
    return this.messages.flatMap(spansOf).map(({ name }) => name as string);
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}
