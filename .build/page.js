import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * Builds the page of the viewer, from `lib/viewer/page`, into one file of HTML that loads nothing else.
 *
 * @param root the folder of package.json and `lib`
 * @returns `html`, the text of the page; `policy`, a `Content-Security-Policy` that allows the script and the
 *   style of this text and requests to its own origin, and nothing more; `gzip`, the text compressed
 * @throws Error for an error or a warning of the bundler
 */
export async function buildPage(root) {
  const folder = join(root, 'lib', 'viewer', 'page');
  const { outputFiles, errors, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [join(folder, 'main.tsx')],
    outdir: join(root, 'dist'),
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    tsconfig: join(folder, 'tsconfig.page.json'),
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [problem] = [...errors, ...warnings];
  if (problem !== undefined) throw new Error(`lib/viewer/page: ${problem.text}`);
  const text = (suffix) => outputFiles.find(({ path }) => path.endsWith(suffix))?.text.trim() ?? '';
  // An end tag in a text of the code would end the element.
  const script = text('.js').replaceAll('</script', '<\\/script');
  const style = text('.css');
  const licences = licencesOf(root, ['preact', '@preact/signals', '@preact/signals-core']);
  const parts = {
    '/* script */': script,
    '/* style */': style,
    '<!-- licences -->': `<!-- Contains ${licences}. -->`,
  };
  const html = readFileSync(join(folder, 'page.html'), 'utf8').replace(
    /\/\* (script|style) \*\/|<!-- licences -->/g,
    (place) => parts[place],
  );
  return { html, policy: policyOf(script, style), gzip: gzipSync(html, { level: 9 }) };
}

function policyOf(script, style) {
  const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** The packages that are built into the page, with their licences. */
function licencesOf(root, packages) {
  return packages
    .map((name) =>
      JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')),
    )
    .map(({ name, version, license }) => `${name} ${version}, ${license}`)
    .join('; ');
}
