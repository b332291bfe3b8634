import type {
  DetectionSource,
  PlatformVariables,
} from '../../../../lib/assembly/resource-detection/detection-source.js';

/** A machine with these variables and files. */
export function source(
  variables: PlatformVariables = {},
  files: Readonly<Record<string, string>> = {},
): DetectionSource {
  return { variables, readFile: (path) => files[path] };
}

/** Attributes that are known. */
export function known(attributes: object): object {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
