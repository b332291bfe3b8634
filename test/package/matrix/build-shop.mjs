import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// Builds the application of the monorepo, from its folder, as its users do.
const cli = join(process.cwd(), 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const { status } = spawnSync(process.execPath, [cli, 'build', 'shop'], {
  cwd: 'monorepo',
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
