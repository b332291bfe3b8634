import type { LocalTracer } from '../context/index.js';
import { configureDatabase, watchDatabaseChannels } from '../database/index.js';
import { assignGrpcClientHandler, GrpcClientHandler } from '../grpc/client/index.js';
import { assignGrpcServerHandler, GrpcServerHandler } from '../grpc/server/index.js';
import { configureHttpClient, watchHttpClients } from '../http/client/index.js';
import { assignJobHandler, JobHandler } from '../jobs/index.js';
import { configureLogging } from '../logging/index.js';
import {
  assignMessageConsumer,
  assignMessageProducer,
  MessageConsumerHandler,
  MessageProducerHandler,
} from '../messaging/index.js';
import { SecretKeys } from '../secret-keys.js';
import { toExceptionAttributes } from '../trace/exception.js';
import type { EnvironmentSettings } from './environment.js';
import type { TracingSettings } from './tracing-options.js';

/** The handlers that trace an application's traffic. */
export interface TrafficParts {
  /** Installs what traces the traffic of the process. Called when the application is running. */
  watch(): void;
  /**
   * Undoes {@link watch}, and ends the spans of open gRPC calls, jobs, messages and outgoing HTTP requests.
   * Called immediately before the last spans are exported.
   */
  finishOpenOperations(): void;
}

/**
 * Stores the settings of `tracedFetch`, of database clients, gRPC interceptors, job queues, messages and loggers in the
 * application of `tracer`. Functions without a tracer parameter look them up there.
 *
 * The servers of Nest have separate handlers, which can name the methods of controllers.
 *
 * @throws TracingConfigError for invalid options
 */
export function configureTraffic(
  tracer: LocalTracer,
  settings: TracingSettings,
  { knownHttpMethods: knownMethods, isTestRun }: EnvironmentSettings,
  isTracingEnabled = true,
): TrafficParts {
  const { http = {}, database = {}, grpc = {}, messaging = {}, redaction = true, jobs } = settings;
  const secretKeys =
    redaction !== false &&
    (redaction === true ? new SecretKeys() : new SecretKeys(redaction.keys, redaction.except));
  configureLogging(tracer, settings.logging ?? {}, (exception) => toExceptionAttributes(exception));
  const surroundings = { isTracingEnabled, isTestRun, secretKeys };
  configureHttpClient(tracer, http.client, knownMethods, surroundings);
  if (database !== false) {
    // Spans that an instrumentation makes with the provider of another SDK are not seen here.
    const { channels = settings.tracerProvider === undefined ? undefined : false } = database;
    configureDatabase(tracer, { ...database, channels });
  }
  const grpcClient = new GrpcClientHandler(tracer, optionsOf(grpc.client));
  const grpcServer = new GrpcServerHandler(tracer, optionsOf(grpc.server));
  assignGrpcClientHandler(tracer, grpcClient);
  assignGrpcServerHandler(tracer, grpcServer);
  const jobHandler = new JobHandler(tracer, jobs === false ? {} : jobs);
  assignJobHandler(tracer, jobHandler);
  const { consumer, producer } = messaging === false ? {} : messaging;
  const messageConsumer = new MessageConsumerHandler(tracer, optionsOf(consumer));
  const messageProducer = new MessageProducerHandler(tracer, optionsOf(producer));
  assignMessageConsumer(tracer, messageConsumer);
  assignMessageProducer(tracer, messageProducer);
  let endings: (() => void)[] = [];
  return {
    watch() {
      endings = [watchHttpClients(tracer)];
      // Nothing is passed on to a database.
      if (isTracingEnabled) endings.push(watchDatabaseChannels(tracer));
    },
    finishOpenOperations() {
      for (const end of endings) end();
      grpcClient.finishAll();
      grpcServer.finishAll();
      jobHandler.finishAll();
      messageConsumer.finishAll();
      messageProducer.finishAll();
    },
  };
}

function optionsOf<O extends object>(side: boolean | O | undefined): O | undefined {
  return typeof side === 'object' ? side : undefined;
}
