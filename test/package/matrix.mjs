import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Applications as users have them, by compiler, bundler, test runner and package manager. Each boots, and the trace
// of its request is compared as a whole: see `matrix/check-traces.ts`. An installation serves many of them.
const HERE = join(dirname(fileURLToPath(import.meta.url)), 'matrix');

const NEST_11_TOOLS = {
  '@nestjs/cli': '^11.0.0',
  '@swc/cli': '^0.7.0',
  '@types/jest': '^30.0.0',
  jest: '^30.0.0',
  'ts-jest': '^29.2.5',
  'ts-loader': '^9.5.2',
  typescript: '5.9.3',
};

const NEST_12_TOOLS = {
  '@nestjs/cli': '^12.0.0',
  '@swc/cli': '^0.8.0',
  'ts-loader': '^9.5.4',
  'tsconfig-paths-webpack-plugin': '^4.2.0',
  'fork-ts-checker-webpack-plugin': '^9.1.0',
  typescript: '6.0.3',
  'vite-tsconfig-paths': '^5.1.4',
  vitest: '^4.1.2',
  webpack: '^5.105.4',
  'webpack-node-externals': '^3.0.0',
};

const COMMON_TOOLS = {
  '@swc/core': '1.16.18',
  '@types/express': '^5.0.0',
  '@types/node': '20.19.43',
  '@types/supertest': '^7.0.0',
  esbuild: '0.28.2',
  supertest: '^7.0.0',
  'typescript-5.9': 'npm:typescript@5.9.3',
  'typescript-6': 'npm:typescript@6.0.3',
  'typescript-7': 'npm:typescript@7.0.2',
};

const NEST = 'node_modules/@nestjs/cli/bin/nest.js';
const STRICTEST = ['--noEmit', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];

/** The CLI of Nest 12 refuses to build ES modules with webpack. */
const WEBPACK_CHECKS = {
  'webpack bundles it': [NEST, 'build', '--builder', 'webpack'],
  'bundled by webpack, its traces are complete': ['dist/main.js'],
  'webpack bundles it with all packages': [
    ...[NEST, 'build', '--builder', 'webpack', '--webpackPath', 'webpack-all-packages.cjs'],
  ],
  'bundled with all packages, its traces are complete': ['dist/main.js'],
  'the CLI builds an application of a monorepo': ['build-shop.mjs'],
  'in a monorepo, its traces are complete': ['monorepo/dist/apps/shop/main.js'],
};

/** What is done in the folder of each installation, in turn, as the arguments of `node`. */
const checksFor = (nest) => {
  const isEsm = nest.startsWith('12');
  return {
    'tsc compiles it': [NEST, 'build', '--builder', 'tsc'],
    'compiled by tsc, its traces are complete': ['dist/main.js'],
    'esbuild bundles it in both formats': ['bundle.mjs', 'dist/main.js'],
    'two copies of the library make one trace': ['second-copy.mjs'],
    'swc compiles it': [NEST, 'build', '--builder', 'swc'],
    'compiled by swc, its traces are complete': ['start.mjs'],
    ...(isEsm ? {} : WEBPACK_CHECKS),
    ...Object.fromEntries(
      ['5.9', '6', '7'].map((version) => [
        `types compile with TypeScript ${version} under the strictest settings`,
        [`node_modules/typescript-${version}/bin/tsc`, ...STRICTEST],
      ]),
    ),
    'the tests of the starter project pass with the module': ['starter.mjs', isEsm ? '12' : '11'],
  };
};

/** Without a hoisted folder, a package sees only what its own manifest names. */
const PNPM_CHECKS = {
  'pnpm installs it strictly': ['pnpm.mjs'],
  'installed by pnpm, its traces are complete': ['dist/main.js'],
};

/** The installations, by the version of Nest. */
export const MATRIX = Object.fromEntries(
  ['11.1.4', '11', '12'].map((nest) => [`matrix-nest-${nest}`, { nest, checks: checksFor(nest) }]),
);
MATRIX['matrix-pnpm'] = { nest: '12', isInstalledByItself: true, checks: PNPM_CHECKS };

/**
 * The checks that run where not all do: those in which bundlers, compilers and test runners treat the package
 * differently from Node.
 */
export const SHORT_FORM = {
  'matrix-nest-12': [
    'tsc compiles it',
    'compiled by tsc, its traces are complete',
    'esbuild bundles it in both formats',
    'two copies of the library make one trace',
    'types compile with TypeScript 6 under the strictest settings',
    'the tests of the starter project pass with the module',
  ],
};

/** Writes the files of an installation into its folder. */
export function writeInstallation(name, folder, tarball) {
  const { nest, isInstalledByItself } = MATRIX[name];
  const isEsm = nest.startsWith('12');
  const suffix = isEsm ? '.js' : '';
  mkdirSync(join(folder, 'src'), { recursive: true });
  cpSync(join(HERE), folder, { recursive: true });
  cpSync(join(HERE, 'check-traces.ts'), join(folder, 'src', 'check-traces.ts'));
  const main = (from) => `import { checkTraces } from '${from}';\n\nvoid checkTraces();\n`;
  writeFileSync(join(folder, 'src', 'main.ts'), main(`./check-traces${suffix}`));
  const json = (path, value) => writeFileSync(join(folder, path), JSON.stringify(value, null, 2));
  const range = nest.includes('.') ? nest : `^${nest}.0.0`;
  const ofNest = ['common', 'core', 'platform-express'].map((part) => [`@nestjs/${part}`, range]);
  const tools = isEsm ? NEST_12_TOOLS : NEST_11_TOOLS;
  json('package.json', {
    name,
    private: true,
    type: isEsm ? 'module' : 'commonjs',
    dependencies: {
      ...Object.fromEntries(ofNest),
      '@opentelemetry/api': '^1.9.0',
      'reflect-metadata': '^0.2.2',
      rxjs: '^7.8.1',
      ...(isInstalledByItself ? { 'nestjs-traced': `file:${tarball}` } : {}),
    },
    devDependencies: isInstalledByItself
      ? { '@types/node': '20.19.43', typescript: '6.0.3' }
      : { '@nestjs/testing': range, ...tools, ...COMMON_TOOLS },
  });
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    strict: true,
    skipLibCheck: true,
  };
  const only = { rootDir: './src', outDir: './dist' };
  json('tsconfig.json', { compilerOptions: { ...compilerOptions, ...only }, include: ['src'] });
  json('tsconfig.build.json', { extends: './tsconfig.json' });
  json('nest-cli.json', { sourceRoot: 'src', compilerOptions: { deleteOutDir: true } });
  writeMonorepo(folder, { json, main, compilerOptions, isEsm });
}

function writeMonorepo(folder, { json, main, compilerOptions, isEsm }) {
  for (const path of ['apps/shop/src', 'libs/check/src']) {
    mkdirSync(join(folder, 'monorepo', path), { recursive: true });
  }
  json('monorepo/package.json', { private: true, type: isEsm ? 'module' : 'commonjs' });
  cpSync(
    join(HERE, 'check-traces.ts'),
    join(folder, 'monorepo', 'libs', 'check', 'src', 'index.ts'),
  );
  writeFileSync(join(folder, 'monorepo', 'apps', 'shop', 'src', 'main.ts'), main('@app/check'));
  json('monorepo/tsconfig.json', {
    compilerOptions: {
      ...compilerOptions,
      // As the CLI writes it; TypeScript 6 needs none, and warns about one.
      ...(isEsm ? {} : { baseUrl: './' }),
      paths: { '@app/check': ['./libs/check/src/index.ts'] },
    },
  });
  json('monorepo/apps/shop/tsconfig.app.json', {
    extends: '../../tsconfig.json',
    compilerOptions: { outDir: '../../dist/apps/shop' },
    include: ['src'],
  });
  const project = (type, path, entryFile) => ({
    type,
    root: path,
    entryFile,
    sourceRoot: `${path}/src`,
    compilerOptions: {
      tsConfigPath: `${path}/tsconfig.${type === 'library' ? 'lib' : 'app'}.json`,
    },
  });
  json('monorepo/nest-cli.json', {
    monorepo: true,
    root: 'apps/shop',
    sourceRoot: 'apps/shop/src',
    compilerOptions: { webpack: true, tsConfigPath: 'apps/shop/tsconfig.app.json' },
    projects: {
      shop: project('application', 'apps/shop', 'main'),
      check: project('library', 'libs/check', 'index'),
    },
  });
}
