import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import { loadCommonJsPackage } from './common-js-package.js';

type Package = typeof import('@nestjs/throttler');

/** Loads `@nestjs/throttler`, which is CommonJS. */
export function loadThrottler(): Package {
  const given = { '@nestjs/common': common, '@nestjs/core': core, 'reflect-metadata': {} };
  return loadCommonJsPackage('@nestjs/throttler', given) as Package;
}
