import { createRequire } from 'node:module';
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import { loadCommonJsPackage } from './common-js-package.js';

type NestjsPino = typeof import('nestjs-pino');
type NestWinston = typeof import('nest-winston');

const requireHere = createRequire(import.meta.url);

/**
 * Loads a copy of nestjs-pino, which is CommonJS, and of `pino-http` for it. Each copy has a default logger of its
 * own, as a process with one application has.
 *
 * @param name the package or its alias
 * @param pino the package or the alias of pino that both of them get
 */
export function loadNestjsPino(
  name: 'nestjs-pino' | 'nestjs-pino-5',
  pino: 'pino' | 'pino-9',
): NestjsPino {
  const pinoPackage: unknown = requireHere(pino);
  return loadCommonJsPackage(name, {
    '@nestjs/common': common,
    '@nestjs/core': core,
    pino: pinoPackage,
    'pino-http': loadCommonJsPackage('pino-http', { pino: pinoPackage }),
  }) as NestjsPino;
}

/** Loads nest-winston, which is CommonJS. */
export function loadNestWinston(): NestWinston {
  return loadCommonJsPackage('nest-winston', { '@nestjs/common': common }) as NestWinston;
}
