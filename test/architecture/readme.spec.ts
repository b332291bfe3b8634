import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DOORS, publicNames } from './doors.js';
import {
  blocksOf,
  headingsOf,
  isInCode,
  linksOf,
  pagePathOf,
  readPages,
  readUserPages,
} from './pages.js';
import { ROOT, readLibrary, readText } from './source-tree.js';

const library = readLibrary();
const readme = readText('README.md');
const userPages = readUserPages();
const allUserText = userPages.map(({ text }) => text).join('\n');
const publicSurface = Object.values(DOORS).flatMap((door) => publicNames(library, door));

/** Interfaces whose members are described on another page than that of their room. */
const PAGES_OF_INTERFACES: Readonly<Record<string, string>> = {
  CountedOptions: 'lib/metrics/README.md',
  TimedOptions: 'lib/metrics/README.md',
  MeasuredCallOptions: 'lib/metrics/README.md',
  InstrumentOptions: 'lib/metrics/README.md',
  HistogramOptions: 'lib/metrics/README.md',
  BaggageOptions: 'lib/propagation/README.md',
  BaggageSpanProcessorOptions: 'lib/propagation/README.md',
  IncomingContextOptions: 'lib/http/README.md',
  InFlightOptions: 'lib/delivery/README.md',
  LogRecordLimits: 'lib/export/README.md',
  LogStatistics: 'lib/delivery/README.md',
  PipelineCounts: 'lib/delivery/README.md',
  PipelineStatistics: 'lib/delivery/README.md',
  SamplerCounts: 'lib/delivery/README.md',
  SpanLimits: 'lib/nest/README.md',
  TracingCounts: 'lib/delivery/README.md',
  TracingHealthOptions: 'lib/delivery/README.md',
};

/** Other interfaces of which users need every member. */
const DESCRIBED_INTERFACES = [
  'ExporterHealth',
  'LogRecordLimits',
  'LogStatistics',
  'PipelineCounts',
  'PipelineStatistics',
  'SamplerCounts',
  'SpanFileReplayResult',
  'SpanLimits',
  'TracingCounts',
  'TracingModuleExtras',
  'TracingParts',
  'TracingSettings',
];

/** Members that mean the same everywhere: where warnings go, and the clock that tests give. */
const COMMON_MEMBERS = ['diagnostics', 'now'];

interface DescribedInterface {
  readonly name: string;
  readonly members: readonly string[];
  /** The pages of which one describes each member. */
  readonly pages: readonly string[];
}

function describedInterfaces(): DescribedInterface[] {
  const options = publicSurface
    .filter(({ kinds, name }) => kinds.includes('interface') && name.endsWith('Options'))
    .map(({ originalName }) => originalName);
  return [...new Set([...options, ...DESCRIBED_INTERFACES])].sort().map((name) => {
    const file = [...library.values()].find(({ syntax }) => syntax.interfaceMembers.has(name));
    if (file === undefined) throw new Error(`No interface ${name} is in lib.`);
    const page = PAGES_OF_INTERFACES[name] ?? pagePathOf(file.path);
    const members = file.syntax.interfaceMembers.get(name) ?? [];
    return {
      name,
      members: members.filter((member) => !COMMON_MEMBERS.includes(member)),
      pages: page === undefined ? ['README.md'] : ['README.md', page],
    };
  });
}

describe.each(readPages())('$path', (page) => {
  it('links only to files that exist', () => {
    const links = linksOf(page).filter(({ target }) => !existsSync(join(ROOT, target)));
    expect(links.map(({ link }) => link)).toEqual([]);
  });

  it('links only to headings that exist', () => {
    const broken = linksOf(page).filter(
      ({ target, heading }) =>
        heading !== undefined &&
        existsSync(join(ROOT, target)) &&
        !headingsOf(readText(target)).has(heading),
    );
    expect(broken.map(({ link }) => link)).toEqual([]);
  });
});

describe.each(userPages)('$path, as the package ships it', (page) => {
  it('links only to files of the package', () => {
    const outside = linksOf(page).filter(
      ({ target, isImage }) =>
        !isImage && !target.startsWith('lib/') && !['README.md', 'LICENSE'].includes(target),
    );
    expect(outside.map(({ link }) => link)).toEqual([]);
  });

  it('shows only pictures of the repository, and says what they show', () => {
    const images = linksOf(page).filter(({ isImage }) => isImage);
    // npm and GitHub read them from the repository; the package does not have them.
    const unfit = images.filter(
      ({ target, text }) => !/^test\/.*\.png$/.test(target) || text.length < 10,
    );
    expect(unfit.map(({ link }) => link)).toEqual([]);
  });
});

describe('README.md', () => {
  it('has at most 450 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(450);
  });

  it('shows a picture', () => {
    const links = linksOf({ path: 'README.md', text: readme });
    expect(links.some(({ isImage }) => isImage)).toBe(true);
  });

  it('links to every other page', () => {
    const targets = linksOf({ path: 'README.md', text: readme }).map(({ target }) => target);
    const others = userPages.map(({ path }) => path).filter((path) => path !== 'README.md');
    expect(others.length).toBeGreaterThan(5);
    expect(others.filter((path) => !targets.includes(path))).toEqual([]);
  });

  it('says how the repository is set up', () => {
    expect(readme).toContain('`npm ci && npm run demo`');
    expect(readme).toContain('`npm ci && npm test`');
  });

  it('names every decorator', () => {
    const decorators = publicNames(library, DOORS['nestjs-traced'] as string)
      .filter(
        ({ file, kinds }) =>
          (file.path.startsWith('decorators/') || file.path.endsWith('.decorator.ts')) &&
          kinds.includes('function'),
      )
      .map(({ name }) => name);
    expect(decorators).toEqual(expect.arrayContaining(['Traced', 'CurrentBaggage']));
    expect(decorators.filter((name) => !readme.includes(`@${name}`))).toEqual([]);
  });
});

describe('the pages', () => {
  it.each(describedInterfaces())('describe every member of $name', ({ members, pages }) => {
    const text = userPages.filter(({ path }) => pages.includes(path)).map((page) => page.text);
    expect(members.filter((member) => !isInCode(text.join('\n'), member))).toEqual([]);
  });

  // Nobody imports the thread of the viewer.
  const imported = Object.keys(DOORS).filter((door) => door !== 'nestjs-traced/viewer/worker');

  it.each(imported)('show how to import from %s', (door) => {
    expect(allUserText).toContain(`from '${door}'`);
  });

  it('name every function and class that users can import', () => {
    const names = publicSurface
      .filter(({ kinds }) => kinds.includes('function') || kinds.includes('class'))
      .map(({ name }) => name);
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !isInCode(allUserText, `@?${name}`))).toEqual([]);
  });

  it('name only parts that can be imported', () => {
    const blocks = userPages.flatMap(({ text }) => blocksOf(text, 'ts'));
    const stock = blocks.flatMap((code) => code.match(/(?<=import \{)[^}]*(?=\} from '@)/g) ?? []);
    const own = blocks.flatMap((code) => code.match(/(?<=class )\w+/g) ?? []);
    // Of `@opentelemetry/api`, named in texts only.
    const known = new Set([
      ...publicSurface.map(({ name }) => name),
      ...stock.flatMap((names) => names.match(/\w+/g) ?? []),
      ...own,
      'TextMapPropagator',
    ]);
    const role = 'Sampler|Propagator|Exporter|Processor|Generator|Recorder|Clock|Interceptor';
    // These pages name the parts of the libraries that one comes from.
    const text = userPages
      .filter(({ path }) => !path.startsWith('lib/migration/'))
      .map((page) => page.text)
      .join('\n');
    const parts = new Set(text.match(new RegExp(`\\b[A-Z][A-Za-z0-9]+(?:${role})\\b`, 'g')));
    expect(parts.size).toBeGreaterThan(10);
    expect([...parts].filter((part) => !known.has(part))).toEqual([]);
  });
});
