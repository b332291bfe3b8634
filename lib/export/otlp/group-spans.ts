import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';

/** A span, or an encoded span, with its resource and scope. */
type Owned = Pick<ReadableSpan, 'resource' | 'instrumentationScope'>;

/** The spans of one scope. */
export interface ScopeGroup<S> {
  readonly scope: InstrumentationScope;
  readonly spans: S[];
}

/** The spans of one resource. */
export interface ResourceGroup<S> {
  readonly resource: Resource;
  readonly scopes: ScopeGroup<S>[];
}

/**
 * Groups spans by resource and scope, as OTLP nests them. Both are compared by identity: the spans of a
 * tracer share the objects.
 */
export function groupSpans<S extends Owned>(spans: readonly S[]): ResourceGroup<S>[] {
  const resources = new Map<Resource, Map<InstrumentationScope, ScopeGroup<S>>>();
  let resource: Resource | undefined;
  let scopes = new Map<InstrumentationScope, ScopeGroup<S>>();
  let group: ScopeGroup<S> | undefined;
  for (const span of spans) {
    if (span.resource !== resource) {
      resource = span.resource;
      scopes = resources.get(resource) ?? new Map<InstrumentationScope, ScopeGroup<S>>();
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
