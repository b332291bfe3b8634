import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { groupSpans } from '../otlp/group-spans.js';
import { RemoteSpanExporter } from '../remote-span-exporter.js';
import { type HttpExportOptions, planPosts } from '../span-post.js';
import { ThriftEncoding } from './thrift-encoding.js';

const OWNER = 'JaegerExporter';
const DEFAULT_URL = 'http://localhost:14268/api/traces';

/** Sends spans to Jaeger's older receiver, by Thrift over HTTP: a request for each resource. */
export class ThriftSpanExporter extends RemoteSpanExporter {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: HttpExportOptions = {}) {
    super(
      planPosts(
        {
          owner: OWNER,
          defaultUrl: DEFAULT_URL,
          userAgent: `nestjs-traced/${VERSION}`,
          encoding: new ThriftEncoding(),
          group: groupByResource,
        },
        options,
      ),
    );
  }
}

function groupByResource(spans: readonly ReadableSpan[]): ReadableSpan[][] {
  return groupSpans(spans).map(({ scopes }) => scopes.flatMap((scope) => scope.spans));
}
