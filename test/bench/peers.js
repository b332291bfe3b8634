import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openBuild } from '../../.build/bundle.js';

const BENCH = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OURS = `${BENCH}node_modules/nestjs-traced/`;
/** The library with the API that npm installs where no SDK of OpenTelemetry asks for an earlier one. */
const OURS_WITH_API = `${BENCH}node_modules/nestjs-traced-api-1.10/`;
const API = `${BENCH}node_modules/opentelemetry-api-1.10`;

/** Parts that are measured by themselves though no door exports them, and the library that feeds them. */
const INSIDE = [
  'index',
  'database/sql/sql-reader',
  'export/encoding-exporter',
  'export/exporter',
  'export/otlp/protobuf-encoding',
  'export/otlp/protobuf-span',
  'http/server/http-server-handler',
  'secret-keys',
];

/**
 * Installs what nestjs-traced is compared with, and puts the built nestjs-traced beside it as its
 * package would be. A link to the repository would not do: the library would then load its own
 * copies of Nest and of `@opentelemetry/api`, and none of its providers would be found. Beside
 * it stands a build of the same code with entries for its parts.
 */
export async function preparePeers() {
  const { dependencies } = JSON.parse(readFileSync(`${BENCH}package.json`, 'utf8'));
  if (!Object.keys(dependencies).every((name) => existsSync(`${BENCH}node_modules/${name}`))) {
    process.stderr.write('test/bench lacks packages: running npm ci there\n');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: BENCH,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  checkOptionalPeers();
  if (!existsSync(`${ROOT}dist/esm/index.js`)) {
    throw new Error('dist is missing: run npm run build first, or npm run bench');
  }
  for (const folder of [OURS, OURS_WITH_API]) {
    rmSync(folder, { recursive: true, force: true });
    cpSync(`${ROOT}dist`, `${folder}dist`, { recursive: true });
    cpSync(`${ROOT}package.json`, `${folder}package.json`);
  }
  cpSync(API, `${OURS_WITH_API}node_modules/@opentelemetry/api`, { recursive: true });
  const build = await openBuild({ root: ROOT, entries: INSIDE });
  await build.write({ dir: `${OURS}inside`, format: 'esm', charset: 'ascii', keepNames: true });
  await build.close();
}

/**
 * Nest loads the optional packages that it finds. One that is missing here would come from the repository, and
 * with it a second copy of Nest and rxjs, in which half of the memory that a request takes survives it.
 */
function checkOptionalPeers() {
  const manifest = JSON.parse(
    readFileSync(`${BENCH}node_modules/@nestjs/core/package.json`, 'utf8'),
  );
  for (const name of Object.keys(manifest.peerDependenciesMeta ?? {})) {
    if (existsSync(`${BENCH}node_modules/${name}`)) continue;
    throw new Error(`test/bench lacks ${name}, which Nest would take from the repository: add it`);
  }
}
