import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis';
import { TypeormInstrumentation } from '@opentelemetry/instrumentation-typeorm';
import * as queries from '../query-cases.js';
import { startSampled } from './opentelemetry.js';

/** OpenTelemetry's instrumentations with the options that they have by default. */
function instrumented(instrumentation) {
  const started = startSampled();
  registerInstrumentations({ instrumentations: [instrumentation] });
  return started;
}

export const pgQuery = () => queries.pgQuery(instrumented(new PgInstrumentation()));
export const typeormQuery = () => queries.typeormQuery(instrumented(new TypeormInstrumentation()));
export const ioredisCommand = () =>
  queries.ioredisCommand(instrumented(new IORedisInstrumentation()));
export const nodeRedisCommand = () =>
  queries.nodeRedisCommand(instrumented(new RedisInstrumentation()));
