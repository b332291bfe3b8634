import { createRequire } from 'node:module';

// What the doors must not do, in both ways it can be done.
await import('@nestjs/microservices');
createRequire(import.meta.url)('protobufjs');
