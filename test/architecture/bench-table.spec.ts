import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readText } from './source-tree.js';

// Plain JavaScript, which the compiler does not know.
const WRITER = '../bench/report/readme-table.js';

describe("the README's table of figures", () => {
  it('says what the last runs of the bench measured', async () => {
    const { readmeTable } = await import(WRITER);
    const names = readdirSync('test/bench/results').filter((name) => name.endsWith('.json'));
    const runs = names.sort().map((name) => JSON.parse(readText(`test/bench/results/${name}`)));
    expect(runs.length).toBeGreaterThan(0);
    expect(readText('README.md')).toContain(
      `<!-- bench:begin -->\n${readmeTable(runs)}\n<!-- bench:end -->`,
    );
  });
});
