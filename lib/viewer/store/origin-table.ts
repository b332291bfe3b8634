import { traceResourceOf } from '../analysis/columns-from-spans.js';
import type { ResourceRecord, ScopeRecord } from '../analysis/span-record.js';
import type { TraceResource } from '../analysis/trace-columns.js';
import { readResource, readScope } from '../otlp/read-span.js';
import type { SkimmedOrigin } from '../otlp/skim-spans.js';
import { CountedTable } from './counted-table.js';

const ENTRY_BYTES = 600;

/** A process that sends spans: one object for equal bytes. */
export class StoredResource {
  readonly key: string;
  readonly bytes: Buffer;
  readonly schemaUrl: string;
  readonly facts: TraceResource;

  constructor(key: string, bytes: Buffer, schemaUrl: string) {
    this.key = key;
    this.bytes = Buffer.from(bytes);
    this.schemaUrl = schemaUrl;
    this.facts = traceResourceOf(readResource(bytes).attributes);
  }

  /** Reads all details. */
  read(): ResourceRecord {
    return readResource(this.bytes, this.schemaUrl);
  }
}

/** A library in a process, which creates spans: one object for equal bytes. */
export class Origin {
  readonly key: string;
  readonly resource: StoredResource;
  readonly scope: Buffer;
  readonly scopeSchemaUrl: string;

  constructor(key: string, resource: StoredResource, scope: Buffer, scopeSchemaUrl: string) {
    this.key = key;
    this.resource = resource;
    this.scope = Buffer.from(scope);
    this.scopeSchemaUrl = scopeSchemaUrl;
  }

  /** Reads all details of the scope. */
  readScope(): ScopeRecord {
    return readScope(this.scope, this.scopeSchemaUrl);
  }
}

/** Who sent the spans of all traces. Each holder of an origin also holds its resource. */
export class OriginTable {
  readonly #resources = new CountedTable<StoredResource>();
  readonly #origins = new CountedTable<Origin>();

  get byteCount(): number {
    return this.#resources.byteCount + this.#origins.byteCount;
  }

  get size(): number {
    return this.#origins.size;
  }

  /** The origin of a request's spans; held until {@link release}. */
  hold({ resource, resourceSchemaUrl, scope, scopeSchemaUrl }: SkimmedOrigin): Origin {
    // The bytes as text: the only key that no two resources share.
    const resourceKey = `${resourceSchemaUrl}\n${resource.toString('latin1')}`;
    const key = `${scopeSchemaUrl}\n${scope.length}\n${scope.toString('latin1')}${resourceKey}`;
    const stored = this.#resources.hold(
      resourceKey,
      () => new StoredResource(resourceKey, resource, resourceSchemaUrl),
      resourceKey.length * 2 + ENTRY_BYTES,
    );
    return this.#origins.hold(
      key,
      () => new Origin(key, stored, scope, scopeSchemaUrl),
      key.length + scope.length + ENTRY_BYTES,
    );
  }

  /** Holds an origin once more. */
  holdAgain(origin: Origin): void {
    this.#resources.hold(origin.resource.key, () => origin.resource, 0);
    this.#origins.hold(origin.key, () => origin, 0);
  }

  release(origin: Origin): void {
    this.#origins.release(origin.key);
    this.#resources.release(origin.resource.key);
  }
}
