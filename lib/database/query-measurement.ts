import type { DurationPlan, LocalSpan, LocalTracer, SeriesPath } from '../context/index.js';
import { DurationRecorder, type Measurement } from '../operation/index.js';
import {
  DB_COLLECTION_NAME,
  DB_NAMESPACE,
  DB_OPERATION_NAME,
  DB_QUERY_SUMMARY,
  DB_RESPONSE_STATUS_CODE,
  DB_SYSTEM_NAME,
  ERROR_TYPE,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './attributes.js';
import type { DatabaseErrorDescription } from './database-error.js';
import type { DatabaseSource } from './database-source.js';

/** The durations of queries. Semantic conventions 1.45.0, `docs/db/database-metrics.md`. */
export const QUERY_DURATION: DurationPlan = {
  name: 'db.client.operation.duration',
  description: 'Duration of database client operations.',
  bounds: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  attributes: [
    DB_SYSTEM_NAME,
    DB_NAMESPACE,
    DB_OPERATION_NAME,
    DB_COLLECTION_NAME,
    DB_QUERY_SUMMARY,
    SERVER_ADDRESS,
    SERVER_PORT,
    DB_RESPONSE_STATUS_CODE,
    ERROR_TYPE,
  ],
};

/** What a metric tells of a query, like its span. */
export interface MeasuredQuery {
  readonly operation?: string | undefined;
  readonly collection?: string | undefined;
}

/** The duration of one query as a metric, also of a query without a span of its own. */
export class QueryMeasurement {
  #serverAddress: string | undefined;
  #serverPort: number | undefined;

  private constructor(
    private readonly measurement: Measurement,
    { serverAddress, serverPort }: DatabaseSource,
  ) {
    this.#serverAddress = serverAddress;
    this.#serverPort = serverPort;
  }

  /**
   * @param summary of the text, if there is one
   * @param span the span of the query, or that of its parent
   * @param isOwnSpan false if the duration of the span is not that of the query
   * @returns undefined in an application without metrics
   */
  static begin(
    tracer: LocalTracer,
    source: DatabaseSource,
    { operation, collection }: MeasuredQuery,
    summary: string | undefined,
    span: LocalSpan,
    isOwnSpan = true,
  ): QueryMeasurement | undefined {
    const recorder = DurationRecorder.of(tracer, QUERY_DURATION);
    if (recorder === undefined) return undefined;
    const database: SeriesPath = recorder.root.with(source.system).with(source.namespace);
    const path = database.with(operation).with(collection).with(summary);
    const measurement = isOwnSpan ? recorder.begin(path, span) : recorder.beginApart(path, span);
    return new QueryMeasurement(measurement, source);
  }

  /** The query went to this server, which was not known before. */
  wentTo(address: string | undefined, port: number | undefined): void {
    this.#serverAddress = address ?? this.#serverAddress;
    this.#serverPort = port ?? this.#serverPort;
  }

  /**
   * The query is over. Its span has ended, if it has one of its own. Only the first call has an effect.
   *
   * @param failure undefined if the query succeeded
   */
  end(failure: DatabaseErrorDescription | undefined): void {
    const { measurement } = this;
    const server = measurement.path.with(this.#serverAddress).with(this.#serverPort);
    measurement.end(server.with(failure?.statusCode).with(failure?.type));
  }
}
