import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../../lib/viewer/environment.js';
import {
  checkViewerOptions,
  isViewerEnabled,
  type TracingViewerOptions,
} from '../../../../lib/viewer/module/viewer-options.js';

const check = (options: unknown) => checkViewerOptions('Viewer', options as TracingViewerOptions);

describe('the options of the viewer', () => {
  it('have defaults', () => {
    expect(check({})).toEqual({
      port: 4318,
      grpcPort: 4317,
      host: '127.0.0.1',
      hosts: ['127.0.0.1'],
      maxBytes: 268_435_456,
      maxTraces: 20_000,
      persist: true,
      token: undefined,
      ingestOrigins: undefined,
      source: {
        editor: 'vscode://file{file}:{line}:{column}',
        pathMap: [],
        sourceRoots: [process.cwd()],
      },
    });
  });

  it.each<[TracingViewerOptions, object]>([
    [{ port: 0 }, { port: 0 }],
    [{ grpcPort: 0 }, { grpcPort: 0 }],
    [{ grpcPort: false }, { grpcPort: undefined }],
    [{ host: 'localhost' }, { hosts: ['localhost'] }],
    [{ host: '::1' }, { host: '::1', hosts: ['[::1]'] }],
    [{ host: '0.0.0.0', token: 'secret', allowedHosts: ['Box.test'] }, { hosts: ['box.test'] }],
    [{ ingestOrigins: [] }, { ingestOrigins: [] }],
    [{ ingestOrigins: ['https://shop.test:3000'] }, { ingestOrigins: ['https://shop.test:3000'] }],
  ])('take %j', (options, expected) => {
    expect(check(options)).toMatchObject(expected);
  });

  it.each<[unknown, string]>([
    [{ port: 65_536 }, 'Viewer.port must be a whole number from 0 to 65535'],
    [{ port: '4318' }, 'Viewer.port'],
    [{ grpcPort: true }, 'Viewer.grpcPort must be a whole number'],
    [{ host: '' }, 'Viewer.host must be a non-empty string'],
    [{ host: 'a b' }, 'Viewer.host must be a name or an IP address'],
    [{ host: '0.0.0.0' }, 'Viewer.token must be set for the host 0.0.0.0'],
    [{ host: '192.168.1.2' }, 'Viewer.token must be set'],
    [{ host: '127.0.0.1.attacker.example' }, 'Viewer.token must be set'],
    [{ token: 'a b' }, 'Viewer.token must be printable ASCII'],
    [{ token: '' }, 'Viewer.token'],
    [{ token: 7 }, 'Viewer.token'],
    [{ allowedHosts: ['http://x'] }, 'Viewer.allowedHosts'],
    [{ allowedHosts: 'x' }, 'Viewer.allowedHosts must be an array'],
    [{ maxBytes: 1024 }, 'Viewer.maxBytes must be a whole number from 4194304'],
    [{ maxTraces: 0 }, 'Viewer.maxTraces'],
    [{ persist: 'yes' }, 'Viewer.persist'],
    [
      { ingestOrigins: ['https://shop.test/'] },
      'Viewer.ingestOrigins must be origins, without a path',
    ],
    [{ ingestOrigins: ['*'] }, 'Viewer.ingestOrigins'],
    [{ editor: 'emacs' }, 'Viewer.editor must be one of'],
    [{ sourceRoots: ['/nowhere'] }, 'Viewer.sourceRoots must be folders that exist'],
    [{ pathMap: { app: '.' } }, 'Viewer.pathMap must have absolute paths as keys'],
  ])('refuse %j', (options, message) => {
    expect(() => check(options)).toThrow(message);
    expect(() => check(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('may name folders of another machine where the viewer does not run', () => {
    const options = { sourceRoots: ['/nowhere'], pathMap: { '/app': '/nowhere/shop' } };
    expect(checkViewerOptions('Viewer', options, false).source.sourceRoots).toEqual(['/nowhere']);
  });

  it('do not print the token', () => {
    expect(() => check({ token: 'my secret' })).toThrow(expect.not.stringContaining('my secret'));
  });
});

describe('isViewerEnabled', () => {
  it.each<[string | undefined, boolean | undefined, boolean]>([
    [undefined, undefined, true],
    ['development', undefined, true],
    ['production', undefined, false],
    ['test', undefined, false],
    ['production', true, true],
    ['test', true, true],
    ['development', false, false],
  ])('is, with NODE_ENV=%s and enabled: %s, %s', (NODE_ENV, enabled, expected) => {
    expect(isViewerEnabled('Viewer', { enabled }, { NODE_ENV })).toBe(expected);
  });

  it('refuses other values', () => {
    const options = { enabled: 'yes' } as unknown as TracingViewerOptions;
    expect(() => isViewerEnabled('Viewer', options, {})).toThrow(
      'Viewer.enabled must be true or false',
    );
  });
});

describe('readEnvironment', () => {
  it('reads the variables of the process', () => {
    expect(readEnvironment().NODE_ENV).toBe('test');
  });
});
