import { statSync } from 'node:fs';
import { isAbsolute, parse, resolve } from 'node:path';
import { checkOption, checkString, checkStrings } from '../../option-checks.js';
import { EDITORS, editorTemplate, isEditorTemplate } from './editor-link.js';
import { isBelow } from './source-files.js';
import type { SourceSettings } from './source-settings.js';

/** Options of {@link TracingViewerOptions} about the source code of spans. */
export interface ViewerSourceOptions {
  /**
   * The editor that links to source code open: `vscode`, `cursor`, `zed`, `webstorm`, `idea`, or an address
   * with `{file}`, and where the editor takes them `{line}` and `{column}`: `subl://open?url={file}&line={line}`.
   *
   * @default 'vscode'
   */
  readonly editor?: string;
  /**
   * Where the folders of other machines are on this one: `{ '/app': '/home/me/shop' }` for a service in a
   * container. The folders must be in `sourceRoots`.
   *
   * @default {}
   */
  readonly pathMap?: Readonly<Record<string, string>>;
  /**
   * The folders whose files may be shown: some lines around a place that a span names. Never shown are files
   * whose path has a name that begins with a dot, and those of `node_modules`. An empty array shows nothing.
   *
   * @default the working directory; nothing, if that is the root of the file system
   */
  readonly sourceRoots?: readonly string[];
}

/**
 * Checks the options.
 *
 * @param owner how errors name the options
 * @param isEnabled whether the viewer runs; the folders of one that does not run need not exist
 * @throws TracingConfigError for an option that cannot be used
 */
export function checkSourceOptions(
  owner: string,
  options: ViewerSourceOptions,
  isEnabled: boolean,
): SourceSettings {
  const sourceRoots = checkRoots(`${owner}.sourceRoots`, options.sourceRoots, isEnabled);
  return {
    sourceRoots,
    editor: checkEditor(`${owner}.editor`, options.editor ?? 'vscode'),
    pathMap: checkPathMap(`${owner}.pathMap`, options.pathMap ?? {}, sourceRoots),
  };
}

function checkEditor(option: string, editor: string): string {
  const names = EDITORS.map((name) => `'${name}'`).join(', ');
  const remedy = "Give one of them, or an address such as 'subl://open?url={file}&line={line}'.";
  const template = editorTemplate(checkString(option, editor, remedy));
  const requirement = `must be one of ${names}, or an address with {file}`;
  checkOption(isEditorTemplate(template), option, requirement, editor, remedy);
  return template;
}

function checkRoots(
  option: string,
  roots: readonly string[] | undefined,
  mustExist: boolean,
): readonly string[] {
  if (roots === undefined) {
    const folder = process.cwd();
    // In a container without a working directory it would be everything.
    return parse(folder).root === folder ? [] : [folder];
  }
  const remedy = "Give folders of this machine, such as ['/home/me/shop'].";
  return checkStrings(option, roots, remedy).map((root) => {
    const isFolder = statSync(root, { throwIfNoEntry: false })?.isDirectory() === true;
    checkOption(isFolder || !mustExist, option, 'must be folders that exist', root, remedy);
    return resolve(root);
  });
}

function checkPathMap(
  option: string,
  pathMap: Readonly<Record<string, string>>,
  sourceRoots: readonly string[],
): SourceSettings['pathMap'] {
  const remedy = "Give the other machine's folder and this machine's: { '/app': '/home/me/shop' }.";
  const isObject = typeof pathMap === 'object' && pathMap !== null && !Array.isArray(pathMap);
  checkOption(isObject, option, 'must be an object of paths', pathMap, remedy);
  return Object.entries(pathMap)
    .map(([from, to]) => {
      const isPath = isAbsolute(from) || /^[a-z]:[\\/]/i.test(from);
      checkOption(isPath, option, 'must have absolute paths as keys', from, remedy);
      checkString(`${option}['${from}']`, to, remedy);
      const folder = resolve(to);
      checkOption(
        sourceRoots.some((root) => root === folder || isBelow(root, folder)),
        `${option}['${from}']`,
        'must be a folder of sourceRoots, or below one',
        to,
        'Add it to sourceRoots, so that its files may be shown.',
      );
      return { from: from.replace(/(.)[\\/]+$/, '$1'), to: folder };
    })
    .sort((a, b) => b.from.length - a.from.length);
}
