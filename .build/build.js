import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.js';
import { readCommands, readDoors } from './doors.js';
import { writeDeclarations } from './write-declarations.js';
import { writeDoors } from './write-doors.js';

// Builds `dist`. See lib/README.md, "How the package is built".
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
const doors = Object.values(readDoors(ROOT));
const commands = readCommands(ROOT);
writeDeclarations(ROOT, doors);
const entries = await bundle({ root: ROOT, entries: [...doors, ...commands] });
writeDoors({ root: ROOT, entries, commands });
