import { loadDoors } from './load-doors.mjs';

// node loaded-built-ins.mjs FORMAT: prints the modules of Node that the main door loads beside those that
// Nest and the API have loaded.
await import('@nestjs/common');
await import('@nestjs/core');
await import('@opentelemetry/api');
const before = new Set(process.moduleLoadList);
await loadDoors(process.argv[2], ['.']);
const loaded = process.moduleLoadList.filter((name) => !before.has(name));
console.log(JSON.stringify(loaded.map((name) => name.replace('NativeModule ', ''))));
