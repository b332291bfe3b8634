import * as common from '@nestjs/common';
import * as constants from '@nestjs/common/constants.js';
import * as core from '@nestjs/core';
import * as creator from '@nestjs/core/helpers/external-context-creator.js';
import * as injectorConstants from '@nestjs/core/injector/constants.js';
import { loadCommonJsPackage } from './common-js-package.js';

type Package = typeof import('@golevelup/nestjs-rabbitmq');

/** Loads `@golevelup/nestjs-rabbitmq`, which is CommonJS. */
export function loadGolevelupRabbitmq(): Package {
  const given = {
    '@nestjs/common': common,
    '@nestjs/common/constants': constants,
    '@nestjs/core': core,
    '@nestjs/core/helpers/external-context-creator': creator,
    '@nestjs/core/injector/constants': injectorConstants,
    'reflect-metadata': {},
  };
  return loadCommonJsPackage('@golevelup/nestjs-rabbitmq', given, '@golevelup/') as Package;
}
