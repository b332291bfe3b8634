import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as common from '@nestjs/common';
import * as constants from '@nestjs/common/constants.js';
import * as core from '@nestjs/core';
import * as creator from '@nestjs/core/helpers/external-context-creator.js';
import * as injectorConstants from '@nestjs/core/injector/constants.js';

type Package = typeof import('@golevelup/nestjs-rabbitmq');

/**
 * Loads `@golevelup/nestjs-rabbitmq`, which is CommonJS and requires Nest. Nest 12 consists of ES modules, which
 * jest cannot `require` before Node 24. So its files are run here, and get the modules of Nest as the test has them.
 */
export function loadGolevelupRabbitmq(): Package {
  const require = createRequire(import.meta.url);
  const given: Record<string, unknown> = {
    '@nestjs/common': common,
    '@nestjs/common/constants': constants,
    '@nestjs/core': core,
    '@nestjs/core/helpers/external-context-creator': creator,
    '@nestjs/core/injector/constants': injectorConstants,
    'reflect-metadata': {},
  };
  const loaded = new Map<string, { exports: unknown }>();
  const load = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(path, module);
    const requireHere = createRequire(path);
    const resolve = (id: string): unknown => {
      if (id in given) return given[id];
      if (id.startsWith('.') || id.startsWith('@golevelup/')) return load(requireHere.resolve(id));
      return requireHere(id);
    };
    const run = new Function('module', 'exports', 'require', readFileSync(path, 'utf8'));
    run(module, module.exports, resolve);
    return module.exports;
  };
  return load(join(dirname(require.resolve('@golevelup/nestjs-rabbitmq')), 'index.js')) as Package;
}
