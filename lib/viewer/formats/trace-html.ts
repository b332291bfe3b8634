import { SAVED_TRACE_ID } from './saved-trace-id.js';

/** The built page, and what it is allowed to do. */
export interface PageSource {
  /** The text of the page; its scripts and styles are in it. */
  readonly html: string;
  /** The `Content-Security-Policy` that the server sends with it. */
  readonly policy: string;
}

const CHARSET = '<meta charset="utf-8">';

/** Directives that a policy in a page cannot have, and the one for requests, which a file makes none of. */
const SERVER_DIRECTIVES = /^(?:frame-ancestors|connect-src|report-uri|sandbox)\b/;

/**
 * Writes a trace as one file of HTML: the page, with data for which it asks the server otherwise. The file needs
 * no network, and its policy forbids it.
 *
 * Values come from anywhere, but none of them can end the element that they stand in.
 *
 * @param dataJson a `SavedTraceJson` in JSON
 * @throws RangeError if `page` is not a page with a head and a script
 */
export function traceHtml({ html, policy }: PageSource, dataJson: string): string {
  const head = html.indexOf(CHARSET);
  // Text in the code of the page can look like an element too, so this is the first one after the body's begin.
  const script = html.indexOf('<script>', html.indexOf('<div id="page">'));
  if (head === -1 || script === -1) throw new RangeError('The page has no head or no script.');
  return [
    html.slice(0, head),
    `${CHARSET}\n`,
    `<meta http-equiv="Content-Security-Policy" content="${policyOfFile(policy)}">`,
    html.slice(head + CHARSET.length, script),
    `<script type="application/json" id="${SAVED_TRACE_ID}">${inertJson(dataJson)}</script>\n`,
    html.slice(script),
  ].join('');
}

/**
 * JSON that can stand in a script element: `<` is possible in texts only, and an escape there means the same.
 * The separators of lines end a line for some readers of scripts.
 */
function inertJson(json: string): string {
  return json.replace(/[<\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function policyOfFile(policy: string): string {
  const kept = policy
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '' && !SERVER_DIRECTIVES.test(directive));
  return [...kept, "connect-src 'none'"].join('; ').replaceAll('"', '&quot;');
}
