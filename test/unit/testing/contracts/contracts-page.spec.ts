import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { httpServerContract } from '../../../../lib/testing/contracts/http-server/index.js';
import {
  incomingContextContract,
  propagatorContract,
  samplerContract,
  spanExporterContract,
} from '../../../../lib/testing/contracts/index.js';
import { ROOT } from '../../../architecture/source-tree.js';
import { PLATFORMS } from '../../../integration/http/application/platforms.js';

const PAGE = readFileSync(join(ROOT, 'lib/testing/contracts/README.md'), 'utf8');
const subject = { name: 'it', create: () => ({}) as never };
const exporter = { ...subject, createFailing: subject.create };
const server = { name: 'it', options: 'http.server', fieldOf: () => '', start: subject.create };

it.each([
  ['propagatorContract', [propagatorContract(subject).length]],
  ['samplerContract', [samplerContract(subject).length]],
  [
    'spanExporterContract',
    [exporter, { ...exporter, opensBatches: true }].map((it) => spanExporterContract(it).length),
  ],
  ['incomingContextContract', [incomingContextContract(server).length]],
  ['httpServerContract', PLATFORMS.map((platform) => httpServerContract(platform).length)],
])('the page tells how many cases %s has', (name, counts) => {
  const row = PAGE.split('\n').find((line) => line.startsWith(`| [\`${name}\`]`));
  const told = row?.split('|').at(-2)?.match(/\d+/g)?.map(Number);
  expect(told).toEqual([...new Set(counts)]);
});
