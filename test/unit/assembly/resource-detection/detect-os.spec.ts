import { release } from 'node:os';
import { expect, it } from '@jest/globals';
import { detectOs } from '../../../../lib/assembly/resource-detection/detect-os.js';

it('has the type and the version of the operating system', () => {
  const type = process.platform === 'win32' ? 'windows' : process.platform;
  expect(detectOs()).toEqual({ 'os.type': type, 'os.version': release() });
});
