import { describe, expect, it } from '@jest/globals';
import { readText } from './source-tree.js';

// Plain JavaScript, which the compiler does not know.
const REPORT = '../bench/report';

describe("the README's table of figures", () => {
  it('says what the last runs of the bench measured', async () => {
    const { readmeTable } = await import(`${REPORT}/readme-table.js`);
    const { readKeptResults } = await import(`${REPORT}/kept-results.js`);
    const kept = readKeptResults();
    expect(kept.length).toBeGreaterThan(0);
    expect(readText('README.md')).toContain(
      `<!-- bench:begin -->\n${readmeTable(kept)}\n<!-- bench:end -->`,
    );
  });
});
