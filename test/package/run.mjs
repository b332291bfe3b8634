// Installs the packed library into applications as its users have them, and runs each of them:
//   node test/package/run.mjs [CONSUMER…]
// It needs the package registry, so it is no part of `npm test`.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

const chosen = process.argv.slice(2);
const workspace = mkdtempSync(join(tmpdir(), 'consumers-'));
try {
  const tarball = pack();
  for (const name of chosen.length > 0 ? chosen : Object.keys(CONSUMERS)) check(name, tarball);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function pack() {
  section('pack');
  run('npm', ['pack', '--silent', '--pack-destination', workspace], ROOT);
  const [tarball] = readdirSync(workspace).filter((name) => name.endsWith('.tgz'));
  return join(workspace, tarball);
}

function check(name, tarball) {
  const checks = CONSUMERS[name];
  if (checks === undefined) {
    throw new Error(
      `There is no consumer ${name}; there are ${Object.keys(CONSUMERS).join(', ')}.`,
    );
  }
  const folder = join(workspace, name);
  cpSync(join(HERE, 'application'), folder, { recursive: true });
  const { of: base = name, packages = [] } = VARIANTS[name] ?? {};
  cpSync(join(HERE, base), folder, { recursive: true });
  if (existsSync(join(folder, 'traces'))) {
    cpSync(TRACES, join(folder, 'traces'), { recursive: true });
  }
  if (checks === HTTP_CHECKS) cpSync(TRUTH_TABLE, join(folder, 'truth-table'), { recursive: true });
  section(`${name}: install`);
  run('npm', ['ci', ...QUIET], folder);
  // Not saved, because a lock file could not foresee this tarball; strict, because a peer range that
  // fits no user's tree is what this is to find.
  // With the latest API, because that is what a user installs.
  const added = [tarball, '@opentelemetry/api@latest', ...packages];
  run('npm', ['install', '--no-save', '--strict-peer-deps', ...QUIET, ...added], folder);
  for (const [fact, argv] of Object.entries(checks)) {
    section(`${name}: ${fact}`);
    run(process.execPath, argv, folder);
  }
}

function run(command, argv, cwd) {
  execFileSync(command, argv, { cwd, stdio: 'inherit' });
}

function section(title) {
  console.log(`\n--- ${title} (Node ${process.versions.node})`);
}
