import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

// node bundle.mjs PROGRAM: bundles the compiled program with esbuild, in both formats of modules, and runs it.
const [, , program] = process.argv;
for (const format of ['cjs', 'esm']) {
  const outfile = `bundled/${format}.${format === 'esm' ? 'mjs' : 'cjs'}`;
  await build({
    entryPoints: [program],
    outfile,
    format,
    bundle: true,
    platform: 'node',
    target: 'node20',
    // Spans are named after classes, some of which esbuild renames.
    keepNames: true,
    // Packages that Nest loads only where they are installed.
    external: [
      '@nestjs/microservices',
      '@nestjs/websockets',
      'class-transformer',
      'class-validator',
    ],
    // Packages of CommonJS, such as express, load the modules of Node by `require`.
    banner:
      format === 'esm'
        ? {
            js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf('file:///');",
          }
        : {},
    logLevel: 'error',
  });
  assert.match(readFileSync(outfile, 'utf8'), /TracingModule/);
  const { status, stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
  console.log(`${format}: ${stdout}${stderr}`);
  assert.equal(status, 0);
}
