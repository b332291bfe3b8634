import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { exports } = require('nestjs-traced/package.json');

/**
 * What all doors of the package export, by their subpath. The CommonJS files are taken by their paths:
 * where `require` can load ES modules, it is given those.
 *
 * @param format `esm` or `cjs`
 * @param subpaths the doors to load; all of them by default
 */
export async function loadDoors(format, subpaths = Object.keys(exports)) {
  const doors = {};
  for (const subpath of subpaths) {
    const target = exports[subpath];
    if (typeof target === 'string') continue;
    doors[subpath] =
      format === 'esm'
        ? await import(subpath.replace('.', 'nestjs-traced'))
        : require(`../../../../${target.default.default}`);
  }
  return doors;
}
