import { describe, expect, it } from '@jest/globals';
import { readPage } from '../../../../lib/viewer/server/page.js';
import { PAGE_GZIP, PAGE_POLICY } from '../../../../lib/viewer/server/page-bytes.js';

describe('readPage', () => {
  it('finds no page where the sources run as they are', async () => {
    await expect(readPage()).resolves.toBeUndefined();
  });

  it('reads sources without a page: a stored one would be that of an earlier state', () => {
    expect([PAGE_GZIP, PAGE_POLICY]).toEqual(['', '']);
  });
});
