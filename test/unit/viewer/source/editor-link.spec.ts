import { describe, expect, it } from '@jest/globals';
import {
  EDITORS,
  editorTemplate,
  isEditorTemplate,
  linkTo,
} from '../../../../lib/viewer/source/editor-link.js';

describe('linkTo', () => {
  it.each([
    ['vscode', 'vscode://file/home/me/a.ts:31:11'],
    ['cursor', 'cursor://file/home/me/a.ts:31:11'],
    ['zed', 'zed://file/home/me/a.ts:31:11'],
    ['webstorm', 'webstorm://open?file=/home/me/a.ts&line=31&column=11'],
    ['idea', 'idea://open?file=/home/me/a.ts&line=31&column=11'],
    ['subl://open?url=file://{file}&line={line}', 'subl://open?url=file:///home/me/a.ts&line=31'],
  ])('opens a file in %s', (editor, link) => {
    expect(linkTo(editorTemplate(editor), '/home/me/a.ts', 31, 11)).toBe(link);
  });

  it('writes paths of Windows with slashes', () => {
    expect(linkTo(editorTemplate('vscode'), 'C:\\shop\\a.ts', 3)).toBe(
      'vscode://file/C:/shop/a.ts:3:1',
    );
  });

  it('lets no path add anything to the address', () => {
    const file = '/a b/?x=1&y#z"<{line}>%2e:9.ts';
    const link = linkTo(editorTemplate('webstorm'), file, 3);
    expect(link).toBe(
      'webstorm://open?file=/a%20b/%3Fx%3D1%26y%23z%22%3C%7Bline%7D%3E%252e%3A9.ts&line=3&column=1',
    );
    expect(new URL(link).searchParams.get('file')).toBe(file);
  });
});

describe('isEditorTemplate', () => {
  it.each([...EDITORS, 'subl://open?url={file}', 'x-mine:{file}', 'http://localhost:63342/{file}'])(
    'accepts %s',
    (editor) => {
      expect(isEditorTemplate(editorTemplate(editor))).toBe(true);
    },
  );

  it.each([
    'emacs',
    'constructor',
    'vscode://file/',
    '{file}',
    '/open?{file}',
    'javascript:open("{file}")',
    'JavaScript:{file}',
    'data:text/html,{file}',
    'vbscript:{file}',
    'c:{file}',
    'http://[{file}',
  ])('refuses %s', (editor) => {
    expect(isEditorTemplate(editorTemplate(editor))).toBe(false);
  });
});
