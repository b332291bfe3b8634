import { describe, expect, it } from '@jest/globals';
import { readArguments, USAGE } from '../../../../lib/viewer/cli/arguments.js';

describe('readArguments', () => {
  it.each([[[]], [['help']], [['--help']], [['viewer', '--help']], [['trace', '-h']]])(
    '%j asks for help',
    (args) => {
      expect(readArguments(args)).toEqual({ name: 'help' });
    },
  );

  it('reads the version', () => {
    expect(readArguments(['--version'])).toEqual({ name: 'version' });
  });

  it('reads the command viewer, with files', () => {
    expect(
      readArguments(['viewer', 'a.jsonl', '--port', '0', 'b.json', '--no-open', '--no-grpc']),
    ).toMatchObject({
      name: 'viewer',
      options: { port: 0, grpcPort: false, host: undefined, persist: false },
      files: ['a.jsonl', 'b.json'],
      child: [],
      opensBrowser: false,
    });
  });

  it('reads all options of viewer', () => {
    const args =
      'viewer --host ::1 --allowed-host a --allowed-host b --token t --max-bytes 5000000 --max-traces 9 --persist';
    expect(readArguments(args.split(' '))).toMatchObject({
      options: {
        host: '::1',
        allowedHosts: ['a', 'b'],
        token: 't',
        maxBytes: 5_000_000,
        maxTraces: 9,
        persist: true,
      },
      opensBrowser: true,
    });
  });

  it('reads where the source code is', () => {
    const args =
      'viewer --editor zed --source-root a --source-root b --path-map /app=/srv/a=b --path-map C:\\app=b';
    expect(readArguments(args.split(' '))).toMatchObject({
      options: {
        editor: 'zed',
        sourceRoots: ['a', 'b'],
        pathMap: { '/app': '/srv/a=b', 'C:\\app': 'b' },
      },
    });
    expect(readArguments(['viewer'])).toMatchObject({ options: { pathMap: undefined } });
  });

  it.each(['/app', '=/home', '/app='])('refuses --path-map %s', (paths) => {
    expect(readArguments(['viewer', '--path-map', paths])).toEqual({
      name: 'mistake',
      message: `--path-map must be two folders, as /app=/home/me/shop, but is ${paths}`,
    });
  });

  it('leaves everything behind -- to the command', () => {
    expect(
      readArguments(['viewer', '--port', '1', '--', 'nest', 'start', '--port', '--', '2']),
    ).toMatchObject({
      options: { port: 1 },
      files: [],
      child: ['nest', 'start', '--port', '--', '2'],
    });
  });

  it('reads the command trace', () => {
    expect(readArguments(['trace', '--last', '--failed', '--service', 'orders'])).toEqual({
      name: 'trace',
      port: 4318,
      token: undefined,
      id: undefined,
      isFailed: true,
      service: 'orders',
      htmlFile: undefined,
    });
    expect(readArguments(['trace', '--html', 'a.html'])).toMatchObject({ htmlFile: 'a.html' });
    expect(readArguments(['trace', 'abcd', '--port', '5', '--token', 't'])).toMatchObject({
      id: 'abcd',
      port: 5,
      token: 't',
      isFailed: false,
    });
  });

  it.each([
    [['views'], 'There is no command "views".'],
    [['viewer', '--prt', '1'], "Unknown option '--prt'"],
    [['viewer', '--port'], '--port'],
    [['viewer', '--'], 'A command must follow --.'],
    [['trace', 'xyz'], '4 to 32 hexadecimal digits'],
    [['trace', '--html', ''], '--html needs the name of a file.'],
    [['trace', 'abc'], '4 to 32 hexadecimal digits'],
    [['trace', 'abcd', 'abce'], 'One trace is printed at a time.'],
    [['trace', '--port', 'x'], '--port must be a whole number'],
    [['trace', '--port', '0'], '--port must be a whole number'],
  ])('%j is a mistake', (args, message) => {
    const command = readArguments(args);
    expect(command).toMatchObject({ name: 'mistake', message: expect.stringContaining(message) });
  });

  it('gives a port that is no number to the checks of the options', () => {
    expect(readArguments(['viewer', '--port', '1e3'])).toMatchObject({
      options: { port: Number.NaN },
    });
  });

  it('names each option in the help', () => {
    const names = [
      'port',
      'grpc-port',
      'no-grpc',
      'host',
      'allowed-host',
      'token',
      'max-bytes',
      'max-traces',
      'no-open',
      'last',
      'failed',
      'service',
    ];
    expect(names.filter((name) => !USAGE.includes(`--${name}`))).toEqual([]);
  });
});
