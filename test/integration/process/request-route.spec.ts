import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readText } from '../../architecture/source-tree.js';
import { BuiltPrograms } from './child-program.js';

/** Whoever follows a request reads each of these files. Lower it when the way gets shorter; the aim is 40. */
const MAX_FILE_COUNT = 47;

let programs: BuiltPrograms;

beforeAll(async () => {
  programs = await BuiltPrograms.buildFileByFile();
}, 60_000);
afterAll(() => programs.remove());

describe('a request, from the adapter to the socket', () => {
  it.each(['express', 'fastify'])(
    'runs through few files of the library on %s',
    async (PLATFORM) => {
      const program = programs.start('one-request', { PLATFORM });
      const files = await program.said<string[]>('files');
      expect((await program.ended).exitCode).toBe(0);
      expect(files).toContain('http/server/http-server-handler.ts');
      expect(files.length <= MAX_FILE_COUNT ? [] : files).toEqual([]);
    },
  );

  it('is described by the files that it runs through', async () => {
    const program = programs.start('one-request', { PLATFORM: 'fastify' });
    const files = await program.said<string[]>('files');
    await program.ended;
    const page = readText('lib/README.md');
    expect(files.filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
  });
});
