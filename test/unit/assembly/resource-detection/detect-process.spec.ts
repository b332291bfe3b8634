import { userInfo } from 'node:os';
import { expect, it } from '@jest/globals';
import { detectProcess } from '../../../../lib/assembly/resource-detection/detect-process.js';

it('describes the process, without its arguments', () => {
  expect(detectProcess()).toEqual({
    'process.pid': process.pid,
    'process.executable.name': 'node',
    'process.executable.path': process.execPath,
    'process.command': process.argv[1],
    'process.owner': userInfo().username,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'process.runtime.description': 'Node.js',
  });
});
