import type { AttributeValue } from '@opentelemetry/api';

/** Attributes whose values differ each time that the same work is done. */
const VARYING_KEYS = new Set([
  'client.id',
  'messaging.client.id',
  'messaging.message.conversation_id',
  'messaging.message.id',
  'nestjs_traced.db.connection.wait_millis',
  'process.pid',
  'service.instance.id',
  'session.id',
  'thread.id',
]);

/** An address of this machine with a port, as in `http://127.0.0.1:49152/orders`. */
const LOCAL_PORT = /(?:\blocalhost|\b127\.0\.0\.1|\[::1\]):\d+/;

/**
 * Whether the value of an attribute usually differs between two runs of a test: ports, local URLs with a
 * port, ids of messages, clients, processes and threads, and stack traces. It is the default of `mask` for
 * snapshots.
 *
 * @example
 * traceAsText(trace, { mask: (key, value) => key === 'order.id' || variesBetweenRuns(key, value) });
 */
export function variesBetweenRuns(key: string, value: AttributeValue): boolean {
  if (VARYING_KEYS.has(key) || /(?:^|\.)(?:port|stacktrace)$/.test(key)) return true;
  return typeof value === 'string' && (LOCAL_PORT.test(value) || /\n\s+at /.test(value));
}
