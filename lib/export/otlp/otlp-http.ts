import { checkChoice } from '../../option-checks.js';
import type { InstrumentationScope, Resource } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import type { ItemWords } from '../exporter.js';
import type { HttpFormat } from '../http-export.js';
import { JsonEncoding } from './json-encoding.js';
import { ProtobufEncoding } from './protobuf-encoding.js';
import { readExportResponse } from './response.js';
import type { JsonSignal, ProtobufSignal } from './signal.js';

/** The formats in which OTLP is sent over HTTP. */
export type OtlpHttpProtocol = 'http/protobuf' | 'http/json';

/** Spec: `protocol/exporter.md#user-agent`. */
export const OTLP_USER_AGENT = `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`;

/**
 * @param owner the exporter's class, for messages
 * @throws TracingConfigError for an unknown protocol
 */
export function checkOtlpProtocol(
  owner: string,
  given: OtlpHttpProtocol | undefined,
): OtlpHttpProtocol {
  const choices = ['http/protobuf', 'http/json'] as const;
  return checkChoice(`${owner}.protocol`, given, 'http/protobuf', choices);
}

/** A signal of OTLP as it is sent over HTTP. */
export function otlpOverHttp<
  T extends { resource: Resource; instrumentationScope: InstrumentationScope },
>(
  protocol: OtlpHttpProtocol,
  words: ItemWords,
  json: JsonSignal<T>,
  protobuf: ProtobufSignal<T>,
): HttpFormat<T> {
  return {
    userAgent: OTLP_USER_AGENT,
    words,
    encoding: protocol === 'http/json' ? new JsonEncoding(json) : new ProtobufEncoding(protobuf),
    readResponse: (response, requestContentType, diagnostics) =>
      readExportResponse(response, requestContentType, diagnostics, words),
  };
}
