import { describe, expect, it } from '@jest/globals';
import { DOORS, publicNames } from './doors.js';
import { readLibrary, readText } from './source-tree.js';

const library = readLibrary();
const readme = readText('README.md');

/** True where the word stands in code: between backticks or in a block of code. */
function isShown(word: string): boolean {
  const inCode = readme.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? [];
  return inCode.some((code) => new RegExp(`(?<![\\w.-])${word}\\b`).test(code));
}

function membersOfInterface(name: string): readonly string[] {
  const members = [...library.values()]
    .map(({ syntax }) => syntax.interfaceMembers.get(name))
    .find((found) => found !== undefined);
  if (members === undefined) throw new Error(`No interface ${name} is in lib.`);
  return members;
}

describe('README.md', () => {
  it.each(['TracingSettings', 'TracingParts', 'TracingModuleExtras'])(
    'tells of every option of %s',
    (name) => {
      const members = membersOfInterface(name);
      expect(members.length).toBeGreaterThan(0);
      expect(members.filter((option) => !isShown(option))).toEqual([]);
    },
  );

  it('tells of every decorator', () => {
    const decorators = publicNames(library, DOORS['nestjs-traced'] as string)
      .filter(
        ({ file, kinds }) =>
          (file.path.startsWith('decorators/') || file.path.endsWith('.decorator.ts')) &&
          kinds.includes('function'),
      )
      .map(({ name }) => name);
    expect(decorators).toEqual(expect.arrayContaining(['Traced', 'CurrentBaggage']));
    expect(decorators.filter((name) => !readme.includes(`@${name}`))).toEqual([]);
  });

  it.each(Object.keys(DOORS))('shows how to import from %s', (door) => {
    expect(readme).toContain(`from '${door}'`);
  });
});
