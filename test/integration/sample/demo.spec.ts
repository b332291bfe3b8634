import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_OUTPUT, steadyLines } from './demo-output.js';
import { BUILD_FILES, RepositoryCopy } from './repository-copy.js';
import { type CommandResult, run } from './run-command.js';
import { ShownDemo } from './shown-demo.js';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

describe('npm run demo', () => {
  const copy = new RepositoryCopy(...BUILD_FILES, 'sample');
  let demo: CommandResult;

  beforeAll(async () => {
    demo = await run(copy.folder, npm, 'run', '--silent', 'demo');
  }, 120_000);

  afterAll(() => copy.remove());

  it('draws the traces of four services', () => {
    expect(steadyLines(demo.stdout)).toEqual(DEMO_OUTPUT.split('\n'));
  });

  it('says what took most of the time where a warehouse is slow', () => {
    const [, piano = ''] = demo.stdout.split('2. Order a piano');
    expect(piano.split('3. Order')[0]).toMatch(
      /^◷ \d+ of \d+ ms: Warehouse\.findShelf in inventory$/m,
    );
  });

  it('ends well, with the counts in its last line', () => {
    expect(demo.stdout.trimEnd().split('\n').at(-1)).toBe(
      '7 traces, 102 spans, 4 services, 0 lost',
    );
    expect(demo.exitCode).toBe(0);
  });

  it('stays in the viewer with --viewer, and ends with Ctrl+C', async () => {
    const shown = new ShownDemo(copy.folder);
    try {
      const { viewerUrl, gatewayUrl } = await shown.addresses();
      const found = async (query: string): Promise<string[]> => {
        const response = await fetch(`${viewerUrl}/api/traces?q=${encodeURIComponent(query)}`);
        const { traces } = (await response.json()) as { traces: { name: string }[] };
        return traces.map(({ name }) => name);
      };
      const expected: readonly (readonly [string, string])[] = [
        ['find:n+1', 'GET /orders'],
        ['find:retried', 'GET /orders/:id/delivery'],
        ['trace.duration>400ms', 'POST /orders'],
        ['find:handled', 'GET /orders/:id/delivery'],
      ];
      // Spans arrive a moment after their requests.
      const missing = async () => {
        const names = await Promise.all(expected.map(([query]) => found(query)));
        return expected.filter(([, name], index) => !names[index]?.includes(name));
      };
      for (let tries = 0; tries < 100 && (await missing()).length > 0; tries++) await sleep(100);
      expect(await missing()).toEqual([]);
      const all = await (await fetch(`${viewerUrl}/api/viewer`)).json();
      expect(all).toMatchObject({ counts: { spans: { refused: 0, evicted: 0 } } });
      shown.interrupt();
      expect(await shown.ended).toBe(0);
      for (const url of [viewerUrl, gatewayUrl]) await expect(fetch(url)).rejects.toThrow();
    } finally {
      shown.kill();
    }
  }, 120_000);

  describe('where something goes wrong', () => {
    /** Runs the demo with one of its built files changed. */
    async function runWith(path: string, change: (code: string) => string): Promise<CommandResult> {
      const file = join(copy.folder, 'dist/sample/demo', path);
      const code = readFileSync(file, 'utf8');
      expect(change(code)).not.toBe(code);
      writeFileSync(file, change(code));
      try {
        return await run(copy.folder, process.execPath, 'dist/sample/demo/run.js');
      } finally {
        writeFileSync(file, code);
      }
    }

    it('fails for a service that does not start, and says what it said', async () => {
      const { exitCode, stderr } = await runWith(
        'inventory/main.js',
        (code) => `throw new Error('No stock today');\n${code}`,
      );
      expect(stderr).toContain('The service inventory ended with exit code 1');
      expect(stderr).toContain('Error: No stock today');
      expect(exitCode).toBe(1);
    }, 60_000);

    it('fails for spans that were refused, and counts them', async () => {
      const { exitCode, stdout } = await runWith('runner/otlp-receiver.js', (code) =>
        code
          .replace('this.spans.push(', 'Array.of(')
          .replace('answer(response, 200)', 'answer(response, 400)'),
      );
      expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 traces, 0 spans, 0 services, 102 lost');
      expect(exitCode).toBe(1);
    }, 60_000);

    it('fails for spans that were taken but did not arrive, and counts them', async () => {
      const { exitCode, stdout } = await runWith('runner/otlp-receiver.js', (code) =>
        code.replace('this.spans.push(', 'Array.of('),
      );
      expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 traces, 0 spans, 0 services, 102 lost');
      expect(exitCode).toBe(1);
    }, 60_000);

    it('fails for a trace that is not as it must be, and shows both', async () => {
      const { exitCode, stdout } = await runWith('gateway/orders-client.js', (code) =>
        code.replaceAll(/withUrlTemplate\('[^']*', /g, '(0, (fn) => fn())('),
      );
      expect(stdout).toContain('"Order two chairs and a table" left another trace than it must.');
      expect(exitCode).toBe(1);
    }, 60_000);
  });
});
