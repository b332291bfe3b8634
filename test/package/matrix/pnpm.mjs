import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

// Installs with pnpm, which links no package that a manifest does not name, and compiles.
writeFileSync('.npmrc', 'hoist=false\nstrict-peer-dependencies=true\nauto-install-peers=false\n');
run('npx', '-y', 'pnpm@9', 'install', '--ignore-scripts', '--prefer-offline');
run(process.execPath, 'node_modules/typescript/bin/tsc');

function run(command, ...argv) {
  // npx inside of npx would take the packages of the outer one.
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
  const env = Object.fromEntries(outer);
  const { status } = spawnSync(command, argv, { stdio: 'inherit', env });
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status}`);
}
