// Installs the packed library into applications as its users have them, and runs each of them:
//   node test/package/run.mjs [--all] [--tarball FILE] [CONSUMER…]
// Without names, the short form: it is a step of `.ci/run`, so it is bounded. `--all` is every consumer of this file and
// every check of `matrix.mjs`.
// Two at a time, because installing waits for the registry. What one prints appears when it is done.
// It needs the package registry, so it is no part of `npm test`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MATRIX, SHORT_FORM, writeInstallation } from './matrix.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');
const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const JEST = join(dirname(require.resolve('jest/package.json')), 'bin', 'jest.js');

const QUIET = [
  '--loglevel',
  'error',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
];

/** What is done in a consumer's folder, in turn, as the arguments of `node`. */
const CHECKS = {
  'types resolve as Node does, and are emitted': [TSC],
  'types resolve as bundlers do': [
    ...[TSC, '--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler'],
  ],
  'types compile under the strictest settings': [
    ...[TSC, '--noEmit', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'],
  ],
  'the application boots and its request is traced': ['dist/main.js'],
  'messages over TCP are traced': ['dist/messages.js'],
  'import and require give the same classes': ['same-classes.mjs'],
};

/** Tests of traces with the test runner of the application: its types, its reports, and its strict tests. */
const checksOfTraces = (compilers, runner) => ({
  ...Object.fromEntries(
    compilers.map(([name, path]) => [
      `the matchers of traces compile with ${name}`,
      [path, '-p', 'traces', '--skipLibCheck', 'false'],
    ]),
  ),
  'traces are compared, and the messages of failures are right': [...runner, 'read-traces'],
  'strict tests fail for spans that are left': ['traces/strict-run.mjs', ...runner, 'left-spans'],
});

const HTTP_CHECKS = {
  'the table of requests compiles': [TSC],
  'every request of the table has its span': ['http-table.mjs'],
};

const CONSUMERS = {
  'nest-11-commonjs': {
    ...CHECKS,
    // TypeScript 7 has this way of resolving no more; many Nest applications still use it.
    'types resolve in TypeScript 5 as they always did': [
      ...['node_modules/typescript/bin/tsc', '--noEmit'],
      ...['--module', 'commonjs', '--moduleResolution', 'node10'],
    ],
    'the CommonJS build stands in where require cannot load ES modules': [
      ...['--no-experimental-require-module', 'dist/main.js'],
    ],
    'queries and transactions of TypeORM 0.3 are traced': ['dist/typeorm.js'],
    'jobs, schedules, events and commands are traced': ['dist/jobs.js'],
    'jest requires it in its CommonJS mode': [JEST, '--rootDir', '.', '--ci', '--colors'],
    ...checksOfTraces(
      [
        ['TypeScript 7', TSC],
        ['TypeScript 5.7', 'node_modules/typescript/bin/tsc'],
      ],
      ['node_modules/jest/bin/jest.js', '--ci', '--config', 'traces/jest.json'],
    ),
  },
  'nest-11-sockets': {
    'types resolve as Node does, and are emitted': [TSC],
    'messages of gateways are traced, over ws and socket.io': ['dist/web-sockets.js'],
    'operations of Apollo and Mercurius are traced': ['dist/graphql.js'],
    'messages of @golevelup/nestjs-rabbitmq are traced': ['dist/rabbitmq.js'],
  },
  'nest-12-esm': {
    ...CHECKS,
    ...checksOfTraces(
      [
        ['TypeScript 7', TSC],
        ['TypeScript 6', 'node_modules/typescript-6/bin/tsc'],
        ['TypeScript 5.9', 'node_modules/typescript-5.9/bin/tsc'],
      ],
      ['node_modules/vitest/vitest.mjs', 'run', '--config', 'traces/vitest.mjs'],
    ),
  },
  'nest-11-http': HTTP_CHECKS,
  // The newest of Nest 11, whatever it is today.
  'nest-11-newest-http': HTTP_CHECKS,
  'nest-11-sentry-10': { 'errors are in Sentry, and traces are ours': ['sentry.mjs'] },
  'nest-12-sentry-11': { 'errors are in Sentry, and traces are ours': ['sentry.mjs'] },
};

/** Consumers that are another one with other packages. */
const VARIANTS = {
  'nest-11-newest-http': {
    of: 'nest-11-http',
    packages: ['common', 'core', 'platform-express', 'platform-fastify'].map(
      (name) => `@nestjs/${name}@11`,
    ),
  },
};

/** The tests of traces, which every test runner runs alike. */
const TRACES = join(HERE, 'traces');

/** The application and the rows of `test/integration/http`. */
const TRUTH_TABLE = join(HERE, '..', 'integration', 'http', 'truth-table');

/** Consumers of the short form. Newest versions and pairs of versions are in the long one. */
const SHORT = [
  'nest-11-commonjs',
  'nest-12-esm',
  'nest-11-sockets',
  'nest-11-newest-http',
  'nest-12-sentry-11',
];

const AT_ONCE = 2;

/** What the commands of one consumer print, in their order. */
class Report {
  #chunks = [];

  section(title) {
    this.add(`\n--- ${title} (Node ${process.versions.node})\n`);
  }

  add(chunk) {
    this.#chunks.push(Buffer.from(chunk));
  }

  print() {
    process.stdout.write(Buffer.concat(this.#chunks));
  }
}

const { values, positionals: chosen } = parseArgs({
  options: { all: { type: 'boolean', default: false }, tarball: { type: 'string' } },
  allowPositionals: true,
});
const isLong = values.all;
const everything = [...Object.keys(CONSUMERS), ...Object.keys(MATRIX)];
const ofThisRun = isLong ? everything : [...Object.keys(SHORT_FORM), ...SHORT];
const waiting = [...(chosen.length > 0 ? chosen : ofThisRun)];
const workspace = mkdtempSync(join(tmpdir(), 'consumers-'));
try {
  requireKnown(waiting);
  // A packed library can be checked on several versions of Node.
  const tarball = values.tarball === undefined ? await pack() : resolve(values.tarball);
  await Promise.all(Array.from({ length: AT_ONCE }, () => checkWaiting(tarball)));
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function requireKnown(names) {
  const unknown = names.find((name) => !everything.includes(name));
  if (unknown === undefined) return;
  throw new Error(`There is no consumer ${unknown}; there are ${everything.join(', ')}.`);
}

async function pack() {
  const report = new Report();
  report.section('pack');
  await run('npm', ['pack', '--silent', '--pack-destination', workspace], ROOT, report);
  report.print();
  const [tarball] = readdirSync(workspace).filter((name) => name.endsWith('.tgz'));
  return join(workspace, tarball);
}

/** Checks the consumers that wait, one after the other, until one has failed. */
async function checkWaiting(tarball) {
  while (waiting.length > 0 && process.exitCode === undefined) {
    const report = new Report();
    try {
      await check(waiting.shift(), tarball, report);
    } catch (error) {
      report.add(`${error instanceof Error ? error.message : error}\n`);
      process.exitCode = 1;
    }
    report.print();
  }
}

async function check(name, tarball, report) {
  const startMillis = performance.now();
  const folder = join(workspace, name);
  const install = MATRIX[name] === undefined ? installConsumer : installOfMatrix;
  report.section(`${name}: install`);
  await install(name, folder, tarball, report);
  const installedMillis = performance.now();
  for (const [fact, argv] of Object.entries(checksOf(name))) {
    report.section(`${name}: ${fact}`);
    await run(process.execPath, argv, folder, report);
  }
  const seconds = (from, to) => ((to - from) / 1000).toFixed(0);
  report.section(
    `${name}: installed in ${seconds(startMillis, installedMillis)} s, checked in ${seconds(installedMillis, performance.now())} s`,
  );
}

function checksOf(name) {
  if (MATRIX[name] === undefined) return CONSUMERS[name];
  const { checks } = MATRIX[name];
  // Whoever names it wants all of it.
  if (isLong || chosen.includes(name)) return checks;
  return Object.fromEntries(SHORT_FORM[name].map((fact) => [fact, checks[fact]]));
}

async function installConsumer(name, folder, tarball, report) {
  cpSync(join(HERE, 'application'), folder, { recursive: true });
  const { of: base = name, packages = [] } = VARIANTS[name] ?? {};
  cpSync(join(HERE, base), folder, { recursive: true });
  if (existsSync(join(folder, 'traces'))) {
    cpSync(TRACES, join(folder, 'traces'), { recursive: true });
  }
  if (CONSUMERS[name] === HTTP_CHECKS) {
    cpSync(TRUTH_TABLE, join(folder, 'truth-table'), { recursive: true });
  }
  await run('npm', ['ci', ...QUIET], folder, report);
  // Not saved, because a lock file could not foresee this tarball; strict, because a peer range that
  // fits no user's tree is what this is to find.
  // With the latest API, because that is what a user installs.
  const added = [tarball, '@opentelemetry/api@latest', ...packages];
  const options = ['install', '--no-save', '--strict-peer-deps', ...QUIET];
  await run('npm', [...options, ...added], folder, report);
}

async function installOfMatrix(name, folder, tarball, report) {
  writeInstallation(name, folder, tarball);
  if (MATRIX[name].isInstalledByItself) return;
  await run('npm', ['install', '--no-save', ...QUIET, tarball], folder, report);
}

/** @throws Error if the command fails */
async function run(command, argv, cwd, report) {
  const child = spawn(command, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk) => report.add(chunk));
  child.stderr.on('data', (chunk) => report.add(chunk));
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${code ?? signal}`);
}
