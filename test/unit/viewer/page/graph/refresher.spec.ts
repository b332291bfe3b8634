import { describe, expect, it } from '@jest/globals';
import { Refresher } from '../../../../../lib/viewer/page/graph/refresher.js';

function controlled() {
  const ends: (() => void)[] = [];
  const refresher = new Refresher(() => new Promise<void>((resolve) => ends.push(resolve)));
  return { ends, refresher };
}

describe('Refresher', () => {
  it('runs once more for all wishes that come while it runs', async () => {
    const { ends, refresher } = controlled();
    const done = refresher.refresh();
    await refresher.refresh();
    await refresher.refresh();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await new Promise((resolve) => setTimeout(resolve));
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await done;
    expect(ends).toHaveLength(2);
    void refresher.refresh();
    expect(ends).toHaveLength(3);
  });

  it('runs no more when it is closed', async () => {
    const { ends, refresher } = controlled();
    const done = refresher.refresh();
    void refresher.refresh();
    refresher.close();
    ends[0]?.();
    await done;
    await refresher.refresh();
    expect(ends).toHaveLength(1);
  });
});
