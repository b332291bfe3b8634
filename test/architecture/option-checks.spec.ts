import { describe, expect, it } from '@jest/globals';
import { listFiles, readText } from './source-tree.js';

/** Files that turn an error of Node or of a package into one of ours, which a condition cannot. */
const CATCHES = [
  'export/otlp-grpc/grpc-export.ts',
  'export/transport/agents.ts',
  'export/transport/target.ts',
];

function filesWith(text: string): string[] {
  return listFiles('lib').filter((path) => readText(`lib/${path}`).includes(text));
}

describe('the options of lib', () => {
  it('are checked by the functions of option-checks.ts', () => {
    expect(filesWith('TracingConfigError.invalidOption(').sort()).toEqual(
      [...CATCHES, 'option-checks.ts'].sort(),
    );
  });
});
