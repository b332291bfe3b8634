import { describe, expect, it, jest } from '@jest/globals';
import {
  checkSourceOptions,
  type ViewerSourceOptions,
} from '../../../../lib/viewer/source/source-options.js';
import { sourceFoldersOfTest } from '../../../support/source-folder.js';

const createFolder = sourceFoldersOfTest();
const check = (options: ViewerSourceOptions) => checkSourceOptions('viewer', options, true);

describe('checkSourceOptions', () => {
  it('has defaults', () => {
    expect(check({})).toEqual({
      editor: 'vscode://file{file}:{line}:{column}',
      pathMap: [],
      sourceRoots: [process.cwd()],
    });
  });

  it('shows nothing by default where the working directory is everything', () => {
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue('/');
    try {
      expect(check({}).sourceRoots).toEqual([]);
    } finally {
      cwd.mockRestore();
    }
  });

  it('makes paths absolute, and asks for the longest one first', () => {
    const folder = createFolder();
    folder.write('a/x.ts', '');
    const { pathMap, sourceRoots } = check({
      sourceRoots: ['lib', folder.path],
      pathMap: { '/app/': folder.path, '/app/lib': 'lib/viewer', 'C:\\app': folder.at('a') },
    });
    expect(sourceRoots).toEqual([`${process.cwd()}/lib`, folder.path]);
    expect(pathMap).toEqual([
      { from: '/app/lib', to: `${process.cwd()}/lib/viewer` },
      { from: 'C:\\app', to: folder.at('a') },
      { from: '/app', to: folder.path },
    ]);
  });

  it.each<[ViewerSourceOptions, string]>([
    [
      { editor: 'emacs' },
      "viewer.editor must be one of 'vscode', 'cursor', 'zed', 'webstorm', 'idea', or an address with {file}, but it is \"emacs\"",
    ],
    [{ editor: 'javascript:alert("{file}")' }, 'viewer.editor must be one of'],
    [{ editor: '' }, 'viewer.editor must be a non-empty string'],
    [{ editor: 7 as never }, 'viewer.editor must be a non-empty string'],
    [{ sourceRoots: 'src' as never }, 'viewer.sourceRoots must be an array'],
    [
      { sourceRoots: ['/nowhere'] },
      'viewer.sourceRoots must be folders that exist, but it is "/nowhere"',
    ],
    [{ sourceRoots: ['package.json'] }, 'viewer.sourceRoots must be folders that exist'],
    [{ pathMap: [] as never }, 'viewer.pathMap must be an object of paths'],
    [{ pathMap: { app: '.' } }, 'viewer.pathMap must have absolute paths as keys, but it is "app"'],
    [{ pathMap: { '/app': 7 as never } }, "viewer.pathMap['/app'] must be a non-empty string"],
    [
      { pathMap: { '/app': '/home/me/shop' } },
      'viewer.pathMap[\'/app\'] must be a folder of sourceRoots, or below one, but it is "/home/me/shop". Add it to sourceRoots',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => check(options)).toThrow(message);
  });
});
