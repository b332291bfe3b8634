// What an application of CommonJS does first. Nest is loaded already where nestjs-traced comes.
const [, , library] = process.argv;
const start = performance.now();
require('@nestjs/core');
require('@nestjs/common');
const nest = performance.now();
require(library);
const ours = performance.now();
process.stdout.write(JSON.stringify({ nestMillis: nest - start, oursMillis: ours - nest }));
