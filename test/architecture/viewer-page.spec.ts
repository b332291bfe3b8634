import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type BuiltPage, buildPage } from '../../.build/page.js';
import {
  isOfPage,
  listFiles,
  ROOT,
  readLibrary,
  readText,
  resolveReference,
} from './source-tree.js';

/** The rooms of the viewer that run in a browser as well. */
const PURE = /^viewer\/(page|analysis|query|formats|api)\//;
const PURE_GROUND: readonly string[] = ['printable.ts', 'terminal-text.ts'];
const PACKAGES: readonly string[] = ['preact', 'preact/hooks', '@preact/signals'];
/** A third of it is what the server has too: analysis, queries and formats. */
const MAX_GZIP_BYTES = 88 * 1024;

/** What makes HTML or code of a text, or asks for more than the own server. */
const FORBIDDEN: readonly RegExp[] = [
  /\b(inner|outer)HTML\b/,
  /dangerouslySetInnerHTML/,
  /insertAdjacentHTML|createContextualFragment|parseFromString|srcdoc/,
  /\bdocument\.write/,
  /\beval\(|\bnew Function\b/,
  /javascript:/i,
  /\bWebSocket\b|sendBeacon|importScripts|new (Shared)?Worker\b/,
];

const pageFiles = [...readLibrary().values()].filter(({ path }) => isOfPage(path));
const codeOf = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

describe('the files of the page', () => {
  it('import each other, what needs no Node, Preact, and no other package', () => {
    expect(pageFiles.length).toBeGreaterThan(10);
    const offences = pageFiles.flatMap((file) =>
      file.syntax.references
        .filter(({ specifier }) => {
          const target = resolveReference(file.path, { specifier });
          if (target === undefined) return !PACKAGES.includes(specifier);
          return !PURE.test(target) && !PURE_GROUND.includes(target);
        })
        .map(({ specifier }) => `${file.path} imports ${specifier}`),
    );
    expect(offences).toEqual([]);
  });

  it('are imported by no other room: the rest of the library runs in Node', () => {
    const offences = [...readLibrary().values()]
      .filter(({ path }) => !isOfPage(path))
      .flatMap((file) =>
        file.syntax.references
          .filter((reference) => isOfPage(resolveReference(file.path, reference) ?? ''))
          .map(({ specifier }) => `${file.path} imports ${specifier}`),
      );
    expect(offences).toEqual([]);
  });

  it('make neither HTML nor code of a text', () => {
    const offences = pageFiles.flatMap(({ path, text }) =>
      FORBIDDEN.filter((pattern) => pattern.test(codeOf(text))).map(
        (pattern) => `${path} has ${pattern.source}`,
      ),
    );
    expect(offences).toEqual([]);
  });

  it('name no host: the page asks the server that it comes from', () => {
    const offences = listFiles('lib/viewer/page')
      .filter((path) => /\.(tsx?|css|html)$/.test(path))
      .flatMap((path) =>
        [...readText(`lib/viewer/page/${path}`).matchAll(/\bhttps?:\/\/[\w.-]+/g)]
          .map(([address]) => address)
          .filter((address) => !ALLOWED_ADDRESSES.includes(address))
          .map((address) => `${path} has ${address}`),
      );
    expect(offences).toEqual([]);
  });

  it('keep shared styles in theme.css, and those of a part beside it', () => {
    const styles = listFiles('lib/viewer/page').filter((path) => path.endsWith('.css'));
    const imported = new Set(
      pageFiles.flatMap((file) =>
        file.syntax.references
          .filter(({ specifier }) => specifier.endsWith('.css'))
          .map(({ specifier }) => {
            const folder = file.path.slice('viewer/page/'.length).split('/').slice(0, -1).join('/');
            return `${folder === '' ? '' : `${folder}/`}${specifier.slice('./'.length)}`;
          }),
      ),
    );
    expect(styles).toContain('theme.css');
    expect(styles.filter((path) => !imported.has(path))).toEqual([]);
  });
});

/** Namespaces of XML are names and no addresses; the loopback is where senders reach the viewer. */
const ALLOWED_ADDRESSES: readonly string[] = ['http://www.w3.org', 'http://localhost'];

describe('the built page', () => {
  let page: BuiltPage;
  beforeAll(async () => {
    page = await buildPage(ROOT);
  });

  it('has at most 88 KB, compressed', () => {
    expect(page.gzip.length).toBeLessThanOrEqual(MAX_GZIP_BYTES);
    expect(gunzipSync(page.gzip).toString()).toBe(page.html);
  });

  it('allows exactly its own script and style, and requests to its own server', () => {
    const hashesOf = (element: string): string[] =>
      [...page.html.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))].map(
        ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
      );
    const directives = new Map(
      page.policy.split('; ').map((directive) => {
        const [name = '', ...values] = directive.split(' ');
        return [name, values];
      }),
    );
    expect(Object.fromEntries(directives)).toEqual({
      'default-src': ["'none'"],
      'script-src': hashesOf('script'),
      'style-src': hashesOf('style'),
      'connect-src': ["'self'"],
      'img-src': ['data:'],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
      'require-trusted-types-for': ["'script'"],
    });
    expect(directives.get('script-src')).toHaveLength(1);
    expect(directives.get('style-src')).toHaveLength(1);
  });

  it('has no attribute that the policy would refuse, and loads nothing', () => {
    const frame = page.html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '');
    expect(frame).not.toMatch(/\son\w+=|\sstyle=|\ssrc=/);
    const links = [...frame.matchAll(/\shref="([^"]*)"/g)].map(([, address]) => address);
    expect(links.filter((address) => address?.startsWith('data:') !== true)).toEqual([]);
    expect(page.html).not.toMatch(/@import|\burl\((?!["']?data:)/);
  });

  it('names the licences of the packages that are in it', () => {
    expect(page.html).toMatch(/<!-- Contains preact [\d.]+, MIT; @preact\/signals [\d.]+, MIT;/);
  });
});
