import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The thread of the viewer as JavaScript, made from the sources as they are now. */
export interface BundledWorker {
  readonly file: string;
  remove(): void;
}

/** The bundler takes no arrays of the realm of Jest, so it runs in a process of its own. */
const SCRIPT = `
import { rolldown } from 'rolldown';
const [input, file] = process.argv.slice(1);
const resolve = { extensionAlias: { '.js': ['.ts', '.js'] } };
const bundle = await rolldown({ input, platform: 'node', external: [/^@/], resolve });
await bundle.write({ file, format: 'esm', codeSplitting: false });
await bundle.close();
`;

/** Builds the worker into a folder of its own. */
export function bundleWorker(): BundledWorker {
  const folder = mkdtempSync(join(tmpdir(), 'viewer-worker-'));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const file = join(folder, 'worker.mjs');
  const input = join(root, 'lib/viewer/worker.ts');
  execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT, input, file], { cwd: root });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
