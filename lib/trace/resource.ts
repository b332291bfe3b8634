import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import { checkOption, checkString } from '../option-checks.js';
import { VERSION } from '../version.js';
import { toAttributeValue, toReadable } from './attribute-list.js';

// Semantic conventions 1.45.0, `docs/resource/`.
const SERVICE_NAME = 'service.name';
const SERVICE_VERSION = 'service.version';
const SERVICE_INSTANCE_ID = 'service.instance.id';
const HOST_NAME = 'host.name';
const HOST_ARCH = 'host.arch';
const PROCESS_PID = 'process.pid';
const PROCESS_RUNTIME_NAME = 'process.runtime.name';
const PROCESS_RUNTIME_VERSION = 'process.runtime.version';
const TELEMETRY_SDK_NAME = 'telemetry.sdk.name';
const TELEMETRY_SDK_LANGUAGE = 'telemetry.sdk.language';
const TELEMETRY_SDK_VERSION = 'telemetry.sdk.version';

/** The default `service.name`. Spec: `resource/sdk.md`, `unknown_service:<process>`. */
export const UNKNOWN_SERVICE_NAME = 'unknown_service:node';

/**
 * The source of the spans: service, host, process, library. Immutable; all spans of an application share
 * it. It has the members of OpenTelemetry's `Resource`, so OpenTelemetry's exporters can read it.
 */
export class Resource {
  /** The attributes by name. Frozen. */
  readonly attributes: Readonly<Attributes>;
  /** The schema of the attributes. @default none */
  readonly schemaUrl?: string;
  /** Always false: no attribute is detected asynchronously. */
  readonly asyncAttributesPending: boolean = false;

  constructor(attributes: Attributes, schemaUrl?: string) {
    this.attributes = Object.freeze({ ...attributes });
    if (schemaUrl !== undefined) this.schemaUrl = schemaUrl;
  }

  /** Returns a resource with the attributes of both; attributes of `other` take precedence. */
  merge(other: { attributes: Attributes; schemaUrl?: string } | null): Resource {
    if (other === null) return this;
    return new Resource(
      { ...this.attributes, ...other.attributes },
      other.schemaUrl ?? this.schemaUrl,
    );
  }

  /** Returns the attributes as pairs of name and value. */
  getRawAttributes(): [string, AttributeValue | undefined][] {
    return Object.entries(this.attributes);
  }

  /** Resolves immediately, because no attribute is detected asynchronously. */
  waitForAsyncAttributes(): Promise<void> {
    return Promise.resolve();
  }
}

/** Describes a service. Host, process and library are detected. */
export interface ResourceOptions {
  /** @default 'unknown_service:node' */
  readonly serviceName?: string;
  /** @default none */
  readonly serviceVersion?: string;
  /** Identifies an instance of the service. @default a random UUID */
  readonly serviceInstanceId?: string;
  /** What is found out about host, process and platform. @default host and process */
  readonly detected?: Attributes;
  /** Additional attributes. They override detected attributes, but not the other options. */
  readonly attributes?: Attributes;
  /** The schema of the attributes. @default none */
  readonly schemaUrl?: string | undefined;
}

/**
 * Merges the attributes of several sources; later sources take precedence. Invalid values are dropped and
 * reported, because the resource is part of every batch, and one invalid value would make each batch
 * invalid. An attribute without a value does not override an earlier value.
 */
export function mergeResourceAttributes(
  sources: readonly (Attributes | undefined)[],
  diagnostics?: Diagnostics,
): Attributes {
  const merged: Attributes = {};
  for (const source of sources) {
    if (source === undefined || source === null) continue;
    for (const [key, value] of Object.entries(toReadable(source))) {
      if (value === undefined || value === null) continue;
      const kept = key === '' ? undefined : toAttributeValue(value, Number.POSITIVE_INFINITY);
      if (kept !== undefined) merged[key] = kept;
      else {
        diagnostics?.report(
          'A resource attribute was dropped: its key must be a non-empty string, and its value a string, number, boolean, or an array of one of these types',
          key,
        );
      }
    }
  }
  return merged;
}

/** @throws TracingConfigError for an empty service name, and for other options that are not strings */
export function createResource(options: ResourceOptions = {}): Resource {
  const { serviceName, serviceVersion, serviceInstanceId, attributes, schemaUrl } = options;
  const { detected = hostAndProcess() } = options;
  if (serviceName !== undefined) {
    checkString(
      'serviceName',
      serviceName,
      'Give the name of the service as traces show it, such as "orders".',
    );
  }
  for (const [name, value] of Object.entries({ serviceVersion, serviceInstanceId })) {
    const isValid = value === undefined || typeof value === 'string';
    checkOption(isValid, name, 'must be a string', value, 'Write it in quotes, such as "1.2.3".');
  }
  const all = {
    [SERVICE_NAME]: UNKNOWN_SERVICE_NAME,
    [SERVICE_INSTANCE_ID]: randomUUID(),
    [TELEMETRY_SDK_NAME]: 'nestjs-traced',
    [TELEMETRY_SDK_LANGUAGE]: 'nodejs',
    [TELEMETRY_SDK_VERSION]: VERSION,
    ...detected,
    ...mergeResourceAttributes([attributes]),
    ...(serviceName === undefined ? {} : { [SERVICE_NAME]: serviceName }),
    ...(serviceVersion === undefined ? {} : { [SERVICE_VERSION]: serviceVersion }),
    ...(serviceInstanceId === undefined ? {} : { [SERVICE_INSTANCE_ID]: serviceInstanceId }),
  };
  return new Resource(all, schemaUrl);
}

function hostAndProcess(): Attributes {
  return {
    [HOST_NAME]: hostname(),
    [HOST_ARCH]: process.arch === 'x64' ? 'amd64' : process.arch,
    [PROCESS_PID]: process.pid,
    [PROCESS_RUNTIME_NAME]: 'nodejs',
    [PROCESS_RUNTIME_VERSION]: process.versions.node,
  };
}
