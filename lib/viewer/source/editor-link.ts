const TEMPLATES: Readonly<Record<string, string>> = {
  vscode: 'vscode://file{file}:{line}:{column}',
  cursor: 'cursor://file{file}:{line}:{column}',
  zed: 'zed://file{file}:{line}:{column}',
  webstorm: 'webstorm://open?file={file}&line={line}&column={column}',
  idea: 'idea://open?file={file}&line={line}&column={column}',
};
/** Schemes whose addresses run or are code in the page that has the link. */
const CODE_SCHEME = /^(javascript|vbscript|data|blob):/i;
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/** The editors that are known by name. */
export const EDITORS: readonly string[] = Object.keys(TEMPLATES);

/** The template of an editor that is known by name; any other text as it is. */
export function editorTemplate(editor: string): string {
  return Object.hasOwn(TEMPLATES, editor) ? (TEMPLATES[editor] as string) : editor;
}

/** Whether a text is an address with a place for the file, and no code. */
export function isEditorTemplate(template: string): boolean {
  return (
    SCHEME.test(template) &&
    !CODE_SCHEME.test(template) &&
    template.includes('{file}') &&
    URL.canParse(linkTo(template, '/file', 1, 1))
  );
}

/** The address that opens a file in the editor. It is a link in the page: the server starts no program. */
export function linkTo(template: string, file: string, line: number, column = 1): string {
  const path = encodedPath(file);
  // A path of Windows begins with a letter.
  const needsSlash = !path.startsWith('/') && /[a-z]\{file\}/i.test(template);
  const values: Readonly<Record<string, string>> = {
    file: needsSlash ? `/${path}` : path,
    line: String(line),
    column: String(column),
  };
  return template.replace(/\{(file|line|column)\}/g, (_, name: string) => values[name] as string);
}

/** A path for an address, with slashes. */
function encodedPath(file: string): string {
  const segments = file.replace(/\\/g, '/').split('/').map(encodeURIComponent);
  return segments.join('/').replace(/^([a-z])%3A/i, '$1:');
}
