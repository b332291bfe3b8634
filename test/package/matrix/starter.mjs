import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// node starter.mjs NEST: the project that `nest new` makes, with the module imported: its own tests pass.
const isEsm = process.argv[2] === '12';
const folder = join(process.cwd(), 'starter');
rmSync(folder, { recursive: true, force: true });
const [cli, jest, vitest] = [
  '@nestjs/cli/bin/nest.js',
  'jest/bin/jest.js',
  'vitest/vitest.mjs',
].map((path) => join(process.cwd(), 'node_modules', path));
const choices = ['--skip-install', '--skip-git', '--package-manager', 'npm', '--language', 'TS'];
run(process.cwd(), cli, 'new', 'starter', ...choices, ...(isEsm ? ['--no-observe'] : []));

const path = join(folder, 'src', 'app.module.ts');
const module = readFileSync(path, 'utf8');
const traced = module.replace(
  'imports: []',
  "imports: [TracingModule.forRoot({ serviceName: 'starter' })]",
);
if (traced === module) throw new Error(`The module of the starter is not as expected: ${module}`);
writeFileSync(path, `import { TracingModule } from 'nestjs-traced';\n${traced}`);

if (isEsm) {
  run(folder, vitest, 'run');
  run(folder, vitest, 'run', '--config', './vitest.config.e2e.ts');
} else {
  run(folder, jest, '--ci');
  run(folder, jest, '--ci', '--config', './test/jest-e2e.json');
}
run(folder, cli, 'build');

function run(cwd, ...argv) {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
  console.log(stdout + stderr);
  if (status !== 0) throw new Error(`node ${argv.join(' ')} ended with ${status}`);
}
