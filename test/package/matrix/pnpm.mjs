import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

// Installs with pnpm, which links no package that a manifest does not name, and compiles.
writeFileSync('.npmrc', 'hoist=false\nstrict-peer-dependencies=true\nauto-install-peers=false\n');
run('npx', '-y', 'pnpm@9', 'install', '--ignore-scripts', '--prefer-offline');
run(process.execPath, 'node_modules/typescript/bin/tsc');

function run(command, ...argv) {
  const { status } = spawnSync(command, argv, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status}`);
}
