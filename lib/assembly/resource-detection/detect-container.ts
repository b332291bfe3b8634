import type { Attributes } from '@opentelemetry/api';
import type { DetectionSource } from './detection-source.js';

// Semantic conventions 1.45.0, `docs/resource/container.md`.
const CONTAINER_ID = 'container.id';

const CGROUP = '/proc/self/cgroup';
const MOUNTS = '/proc/self/mountinfo';
/**
 * The last segment of the path of a control group: the id, after the name of the runtime and before `.scope`. Tasks of
 * ECS on Fargate have ids of another form.
 */
const CGROUP_ID = /[/:-]([0-9a-f]{64}|[0-9a-f]{32}-\d{4,20})(?:\.scope)?$/;
/** The folder of the container on the host, from which its `/etc/hostname` is mounted. Not that of its pod. */
const MOUNTED_ID = /\/(?:containers|overlay-containers)\/([0-9a-f]{64})\//;

/** Finds the id of the container: with version 1 of control groups in their paths, with version 2 in the mounts. */
export function detectContainer({ readFile }: DetectionSource): Attributes {
  return {
    [CONTAINER_ID]: findId(readFile(CGROUP), CGROUP_ID) ?? findId(readFile(MOUNTS), MOUNTED_ID),
  };
}

function findId(text: string | undefined, pattern: RegExp): string | undefined {
  for (const line of text?.split('\n') ?? []) {
    const id = pattern.exec(line.trimEnd())?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}
