import { ProtobufOutput } from '../otlp/protobuf-output.js';
import type { LogOrigin, SkimmedLog } from '../otlp/read-log.js';

// opentelemetry-proto v1, `collector/logs/v1/logs_service.proto` and `logs/v1/logs.proto`.
const RESOURCE_LOGS = 1;
const RESOURCE = 1;
const SCOPE_LOGS = 2;
const SCOPE = 1;
const LOG_RECORDS = 2;

/** Log records as an `ExportLogsServiceRequest`, with the bytes in which they came. */
export function requestOfLogs(logs: readonly SkimmedLog[]): Buffer {
  const byOrigin = new Map<LogOrigin, SkimmedLog[]>();
  for (const log of logs) {
    const sameOrigin = byOrigin.get(log.origin);
    if (sameOrigin === undefined) byOrigin.set(log.origin, [log]);
    else sameOrigin.push(log);
  }
  const output = new ProtobufOutput();
  for (const [origin, ofOrigin] of byOrigin) writeLogs(output, origin, ofOrigin);
  return output.written();
}

function writeLogs(output: ProtobufOutput, origin: LogOrigin, logs: readonly SkimmedLog[]): void {
  const resourceLogs = output.begin(RESOURCE_LOGS);
  if (origin.resource.length > 0) output.copy(RESOURCE, origin.resource);
  const scopeLogs = output.begin(SCOPE_LOGS);
  if (origin.scope.length > 0) output.copy(SCOPE, origin.scope);
  for (const { bytes } of logs) output.copy(LOG_RECORDS, bytes);
  output.finish(scopeLogs);
  output.finish(resourceLogs);
}
