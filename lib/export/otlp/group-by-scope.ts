import type { InstrumentationScope, Resource } from '../../trace/index.js';

/** A span, a log record or a data point, or an encoded one, with its resource and scope. */
interface Owned {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/** The items of one scope. */
export interface ScopeGroup<I> {
  readonly scope: InstrumentationScope;
  readonly items: I[];
}

/** The items of one resource. */
export interface ResourceGroup<I> {
  readonly resource: Resource;
  readonly scopes: ScopeGroup<I>[];
}

/**
 * Groups items by resource and scope, as OTLP nests them. Both are compared by identity: the spans of a
 * tracer share the objects.
 */
export function groupByScope<I extends Owned>(items: readonly I[]): ResourceGroup<I>[] {
  const resources = new Map<Resource, Map<InstrumentationScope, ScopeGroup<I>>>();
  let resource: Resource | undefined;
  let scopes = new Map<InstrumentationScope, ScopeGroup<I>>();
  let group: ScopeGroup<I> | undefined;
  for (const item of items) {
    if (item.resource !== resource) {
      resource = item.resource;
      scopes = resources.get(resource) ?? new Map<InstrumentationScope, ScopeGroup<I>>();
      resources.set(resource, scopes);
      group = undefined;
    }
    const scope = item.instrumentationScope;
    if (group?.scope !== scope) {
      group = scopes.get(scope) ?? { scope, items: [] };
      scopes.set(scope, group);
    }
    group.items.push(item);
  }
  return [...resources].map(([key, value]) => ({ resource: key, scopes: [...value.values()] }));
}

/** Consecutive items of one frame. */
export interface FrameRun<I> {
  readonly frame: object | undefined;
  readonly items: I[];
}

/** Divides the items of a scope where the frame changes. */
export function runsOfFrame<I extends { readonly frame: object | undefined }>(
  items: readonly I[],
): FrameRun<I>[] {
  const runs: FrameRun<I>[] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last !== undefined && last.frame === item.frame) last.items.push(item);
    else runs.push({ frame: item.frame, items: [item] });
  }
  return runs;
}
