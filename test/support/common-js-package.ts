import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Loads a package that is CommonJS and requires Nest. Nest 12 consists of ES modules, which jest cannot `require`
 * before Node 24. So the files of the package are run here, and get the modules of Nest as the test has them.
 *
 * @param name the name of the package
 * @param given what the package gets for what it requires, by the name that it requires
 * @param scope the beginning of the names of packages that are loaded in the same way
 */
export function loadCommonJsPackage(
  name: string,
  given: Readonly<Record<string, unknown>>,
  scope: string = name,
): unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const load = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(path, module);
    const requireHere = createRequire(path);
    const resolve = (id: string): unknown => {
      if (id in given) return given[id];
      if (id.startsWith('.') || id.startsWith(scope)) return load(requireHere.resolve(id));
      return requireHere(id);
    };
    const run = new Function('module', 'exports', 'require', readFileSync(path, 'utf8'));
    run(module, module.exports, resolve);
    return module.exports;
  };
  return load(createRequire(import.meta.url).resolve(name));
}
