import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Diagnostics } from '../../diagnostics.js';
import type { IntakeResult, TraceStore } from '../store/trace-store.js';
import { isEqualSecret } from './access-rules.js';
import { encodeResponse } from './otlp-http.js';

/** The part of the package `@grpc/grpc-js` that the server uses. */
export interface GrpcServerPackage {
  readonly Server: new (options: Readonly<Record<string, number>>) => GrpcServer;
  readonly ServerCredentials: { createInsecure(): unknown };
}

interface GrpcServer {
  addService(definition: object, handlers: object): void;
  bindAsync(
    address: string,
    credentials: never,
    callback: (error: Error | null, port: number) => void,
  ): void;
  forceShutdown(): void;
}

interface GrpcCall {
  readonly request: Buffer;
  readonly metadata: { get(key: string): readonly (string | Buffer)[] };
}

type GrpcCallback = (error: object | null, response?: Buffer) => void;

/** Where the server listens, and where spans and logs go. */
export interface OtlpGrpcOptions {
  readonly store: TraceStore;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly token: string | undefined;
  readonly diagnostics: Diagnostics;
  /** Called for each request with metrics, which are accepted and dropped. */
  readonly onMetrics: () => void;
}

/** A server that listens. */
export interface ListeningGrpc {
  readonly port: number;
  close(): void;
}

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const INVALID_ARGUMENT = 3;
const UNAUTHENTICATED = 16;
const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const METRICS = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

/** Messages are read and written by the viewer itself. */
const identity = (bytes: Buffer): Buffer => bytes;

/** Loads the package as the application would. @returns undefined if it is not installed */
export function loadGrpcPackage(folder: string = process.cwd()): GrpcServerPackage | undefined {
  try {
    return createRequire(join(folder, 'package.json'))('@grpc/grpc-js') as GrpcServerPackage;
  } catch {
    return undefined;
  }
}

/**
 * Receives OTLP over gRPC. No browser speaks its protocol, so the rules about pages have no part here; the token
 * has. Where the package is missing or the port is taken, it says so and the viewer goes on without gRPC.
 *
 * @returns undefined if it does not listen
 */
export async function listenGrpc(
  options: OtlpGrpcOptions,
  grpc: GrpcServerPackage | undefined = loadGrpcPackage(),
): Promise<ListeningGrpc | undefined> {
  const { host, port, store, token, diagnostics, onMetrics } = options;
  if (!grpc) {
    diagnostics.say('OTLP over gRPC is not received: the package @grpc/grpc-js is not installed.');
    return undefined;
  }
  const sayUnusable = ({ message }: Error): void =>
    diagnostics.say(`OTLP over gRPC is not received: port ${port} cannot be used (${message}).`);
  const problem = await problemOf(host, port);
  if (problem !== undefined) {
    sayUnusable(problem);
    return undefined;
  }
  const server = new grpc.Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  const add = (path: string, receive: (request: Buffer) => IntakeResult, item: string): void => {
    const method = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    };
    const Export = (call: GrpcCall, callback: GrpcCallback): void =>
      answer(call, callback, token, receive, item);
    server.addService({ Export: method }, { Export });
  };
  add(TRACES, (request) => store.receiveTraces(request), 'rejectedSpans');
  add(LOGS, (request) => store.receiveLogs(request), 'rejectedLogRecords');
  const dropMetrics = (): IntakeResult => {
    onMetrics();
    return { isReadable: true, refusedCount: 0 };
  };
  add(METRICS, dropMetrics, 'rejectedDataPoints');
  const address = host.includes(':') ? `[${host}]` : host;
  return new Promise((resolve) => {
    const credentials = grpc.ServerCredentials.createInsecure() as never;
    server.bindAsync(`${address}:${port}`, credentials, (error, boundPort) => {
      if (error === null) {
        resolve({ port: boundPort, close: () => server.forceShutdown() });
        return;
      }
      server.forceShutdown();
      sayUnusable(error);
      resolve(undefined);
    });
  });
}

/**
 * Why a port cannot be listened on. The package writes a line of its own to the console if it cannot listen, and its
 * setting against that would be one for all of the application.
 */
async function problemOf(host: string, port: number): Promise<Error | undefined> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(port, host);
    await listening;
  } catch (error) {
    return error as Error;
  }
  const closed = once(server, 'close');
  server.close();
  await closed;
  return undefined;
}

function answer(
  { request, metadata }: GrpcCall,
  callback: GrpcCallback,
  token: string | undefined,
  receive: (request: Buffer) => IntakeResult,
  item: string,
): void {
  const [authorization] = metadata.get('authorization');
  if (token !== undefined && !isEqualSecret(String(authorization ?? ''), `Bearer ${token}`)) {
    callback({ code: UNAUTHENTICATED, details: 'The token is missing or wrong.' });
    return;
  }
  const { isReadable, refusedCount } = receive(request);
  if (isReadable) callback(null, encodeResponse(refusedCount, item, false));
  else callback({ code: INVALID_ARGUMENT, details: 'The message is not a request of OTLP.' });
}
