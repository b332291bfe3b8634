import { describe, expect, it } from '@jest/globals';
import { LoggedTexts, VARYING } from './logged-texts.js';
import { listFiles, readText } from './source-tree.js';

/** Files that hand on a text from elsewhere, which is found where it is made. */
const RELAYS = ['diagnostics.ts', 'viewer/module/viewer-worker.ts'];

/** What files log of the reason of an exporter that could not be created: `UnusableExporter.reason`. */
const UNUSABLE = 'No … are exported: …';
const LOGS_REASON = [
  'assembly/default-log-parts.ts',
  'assembly/default-metric-parts.ts',
  'assembly/default-parts.ts',
];

/** The errors of this file are logged as such a reason. */
const LOGGED_ERRORS = 'assembly/otlp-from-environment.ts';

function loggedTexts(): string[] {
  const paths = listFiles('lib').filter(
    // The page runs in browsers, and the commands write to the terminal.
    (path) => path.endsWith('.ts') && !/^viewer\/(page|cli)\//.test(path),
  );
  const texts = new LoggedTexts(new Map(paths.map((path) => [path, readText(`lib/${path}`)])));
  const logged = texts.all().map(({ path, text }) => {
    if (text !== VARYING) return text;
    return LOGS_REASON.includes(path) ? UNUSABLE : `${text} in ${path}`;
  });
  const relayed = RELAYS.map((path) => `${VARYING} in ${path}`);
  const errors = texts.ofErrors(LOGGED_ERRORS);
  return [...new Set([...logged, ...errors])].filter((text) => !relayed.includes(text));
}

/** The lines of the page, each in backticks in the first cell of a row. */
function linesOf(page: string): string[] {
  const cells = [...page.matchAll(/^\| (`.*`) \|/gm)].map(([, cell]) => cell as string);
  return cells
    .map((cell) => cell.split(' | ')[0] as string)
    .flatMap((cell) => cell.split('<br>'))
    .map((line) => line.replace(/^(`+ ?)(.*?)( ?`+)$/, '$2'));
}

/** A line may leave out the end of a long text, but not its beginning. */
function isLineOf(line: string, text: string): boolean {
  if (line === text) return true;
  const start = line.slice(0, -VARYING.length);
  return (
    line.endsWith(VARYING) &&
    (start.match(/[a-z]{2,}/gi)?.length ?? 0) > 3 &&
    text.startsWith(start)
  );
}

describe('lib/messages.md', () => {
  const page = readText('lib/messages.md');
  const [errors = '', ...others] = page.split(/^## (?=Delivery)/m);
  const lines = linesOf(others.join(''));
  const texts = loggedTexts();

  it('explains every text that the library logs', () => {
    expect(texts.length).toBeGreaterThan(150);
    expect(texts.filter((text) => !lines.some((line) => isLineOf(line, text)))).toEqual([]);
  });

  it('has no line that the library does not log, and none twice', () => {
    const counts = lines.map((line) => [line, texts.filter((text) => isLineOf(line, text)).length]);
    expect(counts.filter(([, count]) => count === 0)).toEqual([]);
    expect(lines.filter((line, index) => lines.indexOf(line) !== index)).toEqual([]);
  });

  it('explains the code of every error at set-up', () => {
    const type = /type TracingConfigErrorCode =([^;]+);/.exec(readText('lib/errors.ts'));
    const codes = [...(type?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(3);
    expect([...errors.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code).sort()).toEqual(
      codes.sort(),
    );
  });
});

describe('the search for logged texts', () => {
  const textsOf = (...sources: string[]): string[] =>
    new LoggedTexts(new Map(sources.map((text, index) => [`room/${index}.ts`, text])))
      .all()
      .map(({ text }) => text);

  it.each([
    ['a text', "diagnostics.report('A threw');", ['A threw']],
    ['a sum of texts', "this.tracer.diagnostics.say('A threw, ' + 'and B');", ['A threw, and B']],
    ['a template', `diagnostics.report(\`A of \${kind} threw\`);`, ['A of … threw']],
    ['either text of a condition', "logger.warn(is ? 'A' : 'B');", ['A', 'B']],
    ['a call behind a question mark', "currentTracer()?.diagnostics.report('A');", ['A']],
    ['a constant', "const A = 'A threw';\ndiagnostics.report(A);", ['A threw']],
    ['a parameter', "function f(what) { diagnostics.report(what); }\nf('A');\nf('B');", ['A', 'B']],
    [
      'the beginning of a template',
      `function f(what) { log.warn(\`\${what} threw\`); }\nf('A');`,
      ['A threw'],
    ],
    [
      'a function that returns a text',
      "diagnostics.say(text());\nfunction text() { return 'A'; }",
      ['A'],
    ],
    [
      'a private field of a constructor',
      "class A { #a; constructor(a) { this.#a = a; } b() { diagnostics.report(this.#a); } }\nnew A('A');",
      ['A'],
    ],
    [
      'a function that is handed on',
      "function watch(a, on) { on('A threw'); }\nwatch(1, (text) => diagnostics.report(text));",
      ['A threw'],
    ],
    ['nothing of other objects', "response.report('A');", []],
    ['that a text is not known', 'diagnostics.report(other.text);', ['…']],
  ])('finds %s', (_, source, expected) => {
    expect(textsOf(source)).toEqual(expected);
  });

  it('follows imports', () => {
    const sources = [
      "export const A = 'A threw';",
      "import { A } from './0.js';\ndiagnostics.report(A);",
    ];
    expect(textsOf(...sources)).toEqual(['A threw']);
  });
});
