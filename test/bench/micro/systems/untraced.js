import { AsyncLocalStorage } from 'node:async_hooks';
import * as clients from '../client-cases.js';
import { decoratorCases } from '../decorator-cases.js';
import { logCases, requirePino } from '../log-cases.js';
import * as messages from '../message-cases.js';
import * as queries from '../query-cases.js';
import { requestCases } from '../request-cases.js';

/**
 * The same methods without any decorator, where a context is active: what a decorator cannot go
 * below. Carrying any context makes each promise dearer on Node 20 and 22, whoever carries it.
 */
const untraced = () => ({
  tracer: { startActiveSpan: (_name, fn) => fn() },
  exporter: { spans: 0 },
  flush: async () => {},
});

const leaveAlone = () => undefined;

const storage = new AsyncLocalStorage();

function withContext(start) {
  return () => {
    const { run, ...subject } = start();
    return { ...subject, run: () => storage.run({}, run) };
  };
}

const cases = decoratorCases(leaveAlone, untraced, untraced);

export const decoratedSyncUnsampled = withContext(cases.decoratedSyncUnsampled);
export const decoratedAsyncUnsampled = withContext(cases.decoratedAsyncUnsampled);
export const decoratedSync = decoratedSyncUnsampled;
export const decoratedAsync = decoratedAsyncUnsampled;
export const providerSync = decoratedSyncUnsampled;
export const providerSyncUnsampled = decoratedSyncUnsampled;

const outside = () => ({
  tracer: { startActiveSpan: (_name, fn) => fn() },
  exporter: undefined,
  flush: async () => {},
});

export const pgQuery = withContext(() => queries.pgQuery(outside()));
export const typeormQuery = async () => {
  const subject = await queries.typeormQuery(outside());
  return withContext(() => subject)();
};

export const ioredisCommand = async () => {
  const subject = await queries.ioredisCommand(outside());
  return withContext(() => subject)();
};
export const nodeRedisCommand = async () => {
  const subject = await queries.nodeRedisCommand(outside());
  return withContext(() => subject)();
};

export const fetchRequest = async () => {
  const subject = await clients.fetchRequest(outside());
  return withContext(() => subject)();
};
export const httpRequest = async () => {
  const subject = await clients.httpRequest(outside());
  return withContext(() => subject)();
};

/** Lines without ids, where a context is active. */
const logs = logCases(outside, {
  wrapConsole: (logger) => logger,
  createPino: (destination) => requirePino()({}, destination),
  hasIds: false,
});
export const logLineJson = withContext(logs.logLineJson);
export const logLineText = withContext(logs.logLineText);
export const logLinePino = withContext(logs.logLinePino);
export const { logLineJsonOutside, logLineTextOutside, logLinePinoOutside } = logs;

export const tcpMessage = () => messages.tcpMessage();
export const redisMessage = () => messages.redisMessage();

const known = new Map();

/** A look-up in a map: what remembering anything by its text cannot go below. */
export const readSql = () =>
  queries.readingSql((text) => {
    let summary = known.get(text);
    if (summary === undefined) {
      summary = 'SELECT orders';
      known.set(text, summary);
    }
    return summary;
  });

/** Nothing but the objects of the requests and the calls. */
const requestsAlone = () => ({
  decorator: undefined,
  bodies: undefined,
  activeSpan: () => undefined,
  run: (_request, _response, _route, proceed) => proceed(),
  flush: async () => {},
});

/** The path that metrics are added to: traced, not sampled, without metrics. */
export const requestMetricsUnsampled = async () =>
  (await import('./ours-inside.js')).requestPathUnsampled();

export const { requestPath, requestPathUnsampled, requestPathUnsampledCaller } = requestCases(
  requestsAlone,
  requestsAlone,
);
