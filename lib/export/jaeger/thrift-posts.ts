import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { groupSpans } from '../otlp/group-spans.js';
import type { PostPlan } from '../span-post.js';
import { ThriftEncoding } from './thrift-encoding.js';

/** How spans are posted to Jaeger's older receiver: as Thrift, a request for each resource. */
export function thriftPosts(): Pick<PostPlan, 'userAgent' | 'encoding' | 'group'> {
  return {
    userAgent: `nestjs-traced/${VERSION}`,
    encoding: new ThriftEncoding(),
    group: groupByResource,
  };
}

function groupByResource(spans: readonly ReadableSpan[]): ReadableSpan[][] {
  return groupSpans(spans).map(({ scopes }) => scopes.flatMap((scope) => scope.spans));
}
