import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// Starts what was built. Some versions of swc keep the folder of the sources.
const built = ['dist/main.js', 'dist/src/main.js'].find((path) => existsSync(path));
if (built === undefined) throw new Error('Nothing was built into dist.');
await import(pathToFileURL(resolve(built)).href);
