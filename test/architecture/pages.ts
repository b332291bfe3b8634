import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { listFiles, ROOT, readText } from './source-tree.js';

/** A page of the documentation. */
export interface Page {
  /** From the root of the repository on, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A relative link, or one to a heading of the same page. */
export interface PageLink {
  /** As the page has it. */
  readonly link: string;
  /** The file it leads to, from the root of the repository on. */
  readonly target: string;
  /** The heading it leads to; undefined for a whole file. */
  readonly heading: string | undefined;
  /** Whether the page shows the file, a picture. */
  readonly isImage: boolean;
  /** The text of the link, or that in place of the picture. */
  readonly text: string;
}

/** All pages: the README, those of the library and that of the samples. */
export function readPages(): Page[] {
  const paths = ['README.md', 'sample/README.md', ...libraryPagePaths()];
  return paths.map((path) => ({ path, text: readText(path) }));
}

/**
 * The pages for people who use the library: the README, and the pages of the library without those for
 * people who change it.
 */
export function readUserPages(): Page[] {
  const paths = libraryPagePaths().filter(
    (path) => !/^lib\/(README|contributing)\.md$|(RATIONALE|CHANGELOG)\.md$/.test(path),
  );
  return ['README.md', ...paths].map((path) => ({ path, text: readText(path) }));
}

/** The page of the room that a file of the library is in; undefined where the room has none. */
export function pagePathOf(libraryPath: string): string | undefined {
  let folder = posix.dirname(libraryPath);
  while (folder !== '.') {
    const path = `lib/${folder}/README.md`;
    if (existsSync(join(ROOT, path))) return path;
    folder = posix.dirname(folder);
  }
  return undefined;
}

/** The links of a page that lead to files or headings of the repository. */
export function linksOf({ path, text }: Page): PageLink[] {
  const links = text.matchAll(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\((?![a-z]+:)([^)\s]+)\)/g);
  return [...links].map(([, mark, words = '', link = '']) => {
    const [file = '', heading] = link.split('#');
    const target = file === '' ? path : posix.join(posix.dirname(path), file);
    return { link, target, heading, isImage: mark === '!', text: words };
  });
}

/** The names by which links find the headings of a page. */
export function headingsOf(text: string): Set<string> {
  const headings = withoutBlocks(text).matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      (heading as string)
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The blocks of code in a language, in the order of the page. */
export function blocksOf(text: string, language: string): string[] {
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, code]) => code as string);
}

/** True where the word stands in code: between backticks or in a block. */
export function isInCode(text: string, word: string): boolean {
  const codes = text.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? [];
  const pattern = new RegExp(`(?<![\\w.-])${word}\\b`);
  return codes.some((code) => pattern.test(code));
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

function libraryPagePaths(): string[] {
  return listFiles('lib')
    .filter((path) => path.endsWith('.md'))
    .map((path) => `lib/${path}`);
}
