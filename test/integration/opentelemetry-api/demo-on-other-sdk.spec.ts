import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DEMO_OUTPUT, steadyLines } from '../sample/demo-output.js';
import { BUILD_FILES, RepositoryCopy, ROOT } from '../sample/repository-copy.js';
import { run } from '../sample/run-command.js';

const copy = new RepositoryCopy(...BUILD_FILES, 'sample');
const built = join(copy.folder, 'dist/sample/demo');

beforeAll(async () => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { exitCode, stdout, stderr } = await run(copy.folder, npm, 'run', '--silent', 'demo');
  if (exitCode !== 0) throw new Error(`The demo failed: ${stdout}${stderr}`);
  const helper = 'test/integration/opentelemetry-api/foreign-provider/start-sdk.mjs';
  cpSync(join(ROOT, helper), join(built, 'start-sdk.mjs'));
}, 120_000);

afterAll(() => copy.remove());

/** Changes a built file of the demo. */
function change(path: string, from: RegExp, to: string): void {
  const file = join(built, path);
  const code = readFileSync(file, 'utf8');
  expect(code).toMatch(from);
  writeFileSync(file, code.replace(from, to));
}

it('draws the same traces of three services on the provider of another SDK', async () => {
  for (const name of ['gateway', 'orders', 'inventory']) {
    change(
      `${name}/${name}.module.js`,
      /^([\s\S]*)TracingModule\.forRoot\(\{ serviceName: '(\w+)' \}\)/,
      "import { startSdk } from '../start-sdk.mjs';\n$1TracingModule.forRoot({ tracerProvider: startSdk('$2') })",
    );
  }
  // The services count the spans that they give to the other SDK, not those that it exports.
  change('runner/span-balance.js', /if \(arrived > exported\)/, 'if (counts.started !== arrived)');
  const { exitCode, stdout, stderr } = await run(
    copy.folder,
    process.execPath,
    'dist/sample/demo/run.js',
  );
  expect(stderr).toBe('');
  expect(steadyLines(stdout)).toEqual(DEMO_OUTPUT.split('\n'));
  expect(exitCode).toBe(0);
}, 60_000);
