import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';

/** The spans of one scope. */
export interface ScopeGroup {
  readonly scope: InstrumentationScope;
  readonly spans: ReadableSpan[];
}

/** The spans of one resource. */
export interface ResourceGroup {
  readonly resource: Resource;
  readonly scopes: ScopeGroup[];
}

/**
 * Groups spans by resource and scope, as OTLP nests them. Both are compared by identity: the spans of a
 * tracer share the objects.
 */
export function groupSpans(spans: readonly ReadableSpan[]): ResourceGroup[] {
  const resources = new Map<Resource, Map<InstrumentationScope, ScopeGroup>>();
  let resource: Resource | undefined;
  let scopes = new Map<InstrumentationScope, ScopeGroup>();
  let group: ScopeGroup | undefined;
  for (const span of spans) {
    if (span.resource !== resource) {
      resource = span.resource;
      scopes = resources.get(resource) ?? new Map<InstrumentationScope, ScopeGroup>();
      resources.set(resource, scopes);
      group = undefined;
    }
    const scope = span.instrumentationScope;
    if (group?.scope !== scope) {
      group = scopes.get(scope) ?? { scope, spans: [] };
      scopes.set(scope, group);
    }
    group.spans.push(span);
  }
  return [...resources].map(([key, value]) => ({ resource: key, scopes: [...value.values()] }));
}
