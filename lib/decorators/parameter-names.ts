const HEAD =
  /^(?:async\b\s*)?(?:function\b\s*)?\*?\s*[\p{ID_Start}$_#][\p{ID_Continue}$]*\s*\(|^(?:async\b\s*)?function\b\s*\*?\s*\(/u;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/**
 * Reads the names of the parameters of a function from its source. Parameters that have no name of their own,
 * such as patterns and rest parameters, are undefined, and so are all that follow code which is not understood.
 */
export function parameterNames(fn: object): (string | undefined)[] {
  const source = sourceOf(fn);
  const head = HEAD.exec(source);
  if (head === null) return [];
  const names: (string | undefined)[] = [];
  let text = '';
  let place = head[0].length;
  while (place < source.length) {
    const character = source[place] as string;
    if (character === ')' || character === ',') {
      if (character === ',' || text.trim() !== '') names.push(nameOf(text));
      if (character === ')') return names;
      text = '';
      place++;
      continue;
    }
    const end = endOf(source, place);
    if (end === undefined) return names;
    if (!isComment(source, place)) text += source.slice(place, end);
    place = end;
  }
  return names;
}

/** By method that a decorator has made: the method that it calls. */
const wrappedMethods = new WeakMap<object, object>();

/** The names of the parameters of `wrapper` are those of `original`. */
export function showsParametersOf(original: object, wrapper: object): void {
  wrappedMethods.set(wrapper, original);
}

function sourceOf(fn: object): string {
  let written = fn;
  for (let inner = wrappedMethods.get(fn); inner !== undefined; inner = wrappedMethods.get(inner)) {
    written = inner;
  }
  try {
    return Function.prototype.toString.call(written);
  } catch {
    return '';
  }
}

/** The parameter before its default value. */
function nameOf(text: string): string | undefined {
  const name = (text.split('=', 1)[0] as string).trim();
  return IDENTIFIER.test(name) ? name : undefined;
}

function isComment(source: string, place: number): boolean {
  return source.startsWith('/*', place) || source.startsWith('//', place);
}

/**
 * Returns where the piece of source at `place` ends: a comment, a text, something in brackets or one character.
 *
 * @returns undefined for code that would need a parser: a division, a regular expression or a template
 */
function endOf(source: string, place: number): number | undefined {
  const character = source[place] as string;
  if (isComment(source, place)) {
    const [end, length] = source[place + 1] === '*' ? ['*/', 2] : ['\n', 1];
    const found = source.indexOf(end as string, place + 2);
    return found < 0 ? undefined : found + (length as number);
  }
  if (character === '/' || character === '`') return undefined;
  if (character === "'" || character === '"') return endOfText(source, place);
  const closing = CLOSING[character];
  if (closing === undefined) return place + 1;
  let inner = place + 1;
  while (inner < source.length) {
    if (source[inner] === closing) return inner + 1;
    const end = endOf(source, inner);
    if (end === undefined) return undefined;
    inner = end;
  }
  return undefined;
}

function endOfText(source: string, place: number): number | undefined {
  const quote = source[place];
  for (let inner = place + 1; inner < source.length; inner++) {
    if (source[inner] === '\\') inner++;
    else if (source[inner] === quote) return inner + 1;
  }
  return undefined;
}
