import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { detectHost } from '../../../../lib/assembly/resource-detection/detect-host.js';
import { source } from './source.js';

const MACHINE = 'ab'.repeat(16);

describe('detectHost', () => {
  it('has the name and the architecture', () => {
    expect(detectHost(source())).toEqual({
      'host.name': hostname(),
      'host.arch': process.arch === 'x64' ? 'amd64' : process.arch,
      'host.id': undefined,
    });
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux.each([
    [{ '/etc/machine-id': `${MACHINE}\n` }, MACHINE],
    [{ '/var/lib/dbus/machine-id': MACHINE }, MACHINE],
    [{ '/etc/machine-id': 'uninitialized', '/var/lib/dbus/machine-id': MACHINE }, MACHINE],
    [{ '/etc/machine-id': '' }, undefined],
  ])('has the id of %j', (files, id) => {
    expect(detectHost(source({}, files))['host.id']).toBe(id);
  });
});
