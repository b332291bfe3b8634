import type { Attributes } from '@opentelemetry/api';
import { checkOption } from '../../option-checks.js';
import { detectAws } from './detect-aws.js';
import { detectAzure } from './detect-azure.js';
import { detectContainer } from './detect-container.js';
import { detectGcp } from './detect-gcp.js';
import { detectHost } from './detect-host.js';
import { detectKubernetes } from './detect-kubernetes.js';
import { detectOs } from './detect-os.js';
import { detectProcess } from './detect-process.js';
import type { DetectionSource } from './detection-source.js';

/**
 * The names of detectors, as in `OTEL_NODE_RESOURCE_DETECTORS`. `env` and `serviceinstance` are accepted and have no
 * effect: `OTEL_RESOURCE_ATTRIBUTES` is always read, and a service always has an instance id.
 */
export const RESOURCE_DETECTOR_NAMES = [
  'host',
  'os',
  'process',
  'container',
  'k8s',
  'aws',
  'gcp',
  'azure',
  'env',
  'serviceinstance',
  'all',
  'none',
] as const;

/** What describes the resource of the telemetry, by its name in `OTEL_NODE_RESOURCE_DETECTORS`. */
export type ResourceDetectorName = (typeof RESOURCE_DETECTOR_NAMES)[number];

type Detect = (source: DetectionSource) => Attributes;

/** In this order: what a later one finds takes precedence. */
const DETECTORS: readonly (readonly [ResourceDetectorName, Detect])[] = [
  ['host', detectHost],
  ['os', detectOs],
  ['process', detectProcess],
  ['container', detectContainer],
  ['k8s', detectKubernetes],
  ['aws', detectAws],
  ['gcp', detectGcp],
  ['azure', detectAzure],
];

/**
 * Returns the attributes that the detectors find, without network. Attributes that are not known are missing.
 *
 * @param names `none` in the list means no detectors
 */
export function detectResource(
  names: readonly ResourceDetectorName[],
  source: DetectionSource,
): Attributes {
  const detected: Attributes = {};
  if (names.includes('none')) return detected;
  for (const [name, detect] of DETECTORS) {
    if (!names.includes('all') && !names.includes(name)) continue;
    for (const [key, value] of Object.entries(detect(source))) {
      if (value !== undefined) detected[key] = value;
    }
  }
  return detected;
}

/** @throws TracingConfigError unless `value` is a name, or an array of names */
export function checkResourceDetectors(value: unknown): readonly ResourceDetectorName[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  const known: readonly unknown[] = RESOURCE_DETECTOR_NAMES;
  const unknown = names.find((name) => !known.includes(name));
  checkOption(
    unknown === undefined && names.every((name) => name !== undefined),
    'resourceDetectors',
    `must be a name or an array of the names ${RESOURCE_DETECTOR_NAMES.join(', ')}`,
    unknown ?? value,
    "Write 'all' for all of them, 'none' or [] for none.",
  );
  return names as ResourceDetectorName[];
}
