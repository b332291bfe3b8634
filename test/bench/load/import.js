// What an application of ES modules does first. Nest is loaded already where nestjs-traced comes.
const [, , library] = process.argv;
const start = performance.now();
await import('@nestjs/core');
await import('@nestjs/common');
const nest = performance.now();
await import(library);
const ours = performance.now();
process.stdout.write(JSON.stringify({ nestMillis: nest - start, oursMillis: ours - nest }));
