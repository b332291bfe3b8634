/**
 * Removes the values of a query from a database's message, and keeps names.
 *
 * Databases quote what they were sent and do not escape quotes inside it. So everything is removed from
 * the first quote that may open a value to the last quote of the message, and the same for values in
 * parentheses. A quoted text after a word such as `table` is a name and stays.
 */
export function maskValues(message: string): string {
  return maskValuesInParentheses(maskValuesInQuotes(message));
}

/** Such as `Key (email)=(a@b.c) already exists`. */
function maskValuesInParentheses(message: string): string {
  const start = message.search(/(=| is | contains | values )\(/);
  if (start < 0) return message;
  const rest = message.slice(Math.max(message.lastIndexOf(')'), start));
  return `${message.slice(0, message.indexOf('(', start) + 1)}?${rest.startsWith(')') ? rest : ''}`;
}

function maskValuesInQuotes(message: string): string {
  let from = 0;
  for (;;) {
    const quote = firstQuote(message, from);
    if (quote < 0) return message;
    const close = message.indexOf(message[quote] as string, quote + 1);
    const isName =
      close > 0 && BEFORE_NAME.test(message.slice(Math.max(0, quote - MAX_WORD_LENGTH), quote));
    if (!isName) {
      const last = lastQuote(message);
      return `${message.slice(0, quote)}?${last === quote ? '' : message.slice(last + 1)}`;
    }
    from = close + 1;
  }
}

const MAX_WORD_LENGTH = 12;
const BEFORE_NAME =
  /\b(constraint|relation|table|key|index|schema|database|column|role|sequence) $/i;

function firstQuote(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (isQuote(text, index)) return index;
  }
  return -1;
}

function lastQuote(text: string): number {
  let index = text.length - 1;
  while (!isQuote(text, index)) index--;
  return index;
}

function isQuote(text: string, index: number): boolean {
  switch (text.charCodeAt(index)) {
    case DOUBLE_QUOTE:
    case BACKTICK:
      return true;
    case APOSTROPHE:
      return !isInContraction(text, index);
    default:
      return false;
  }
}

/** The apostrophe of a word such as `doesn't`. */
function isInContraction(text: string, index: number): boolean {
  return (
    text.charCodeAt(index - 1) === LETTER_N &&
    text.charCodeAt(index + 1) === LETTER_T &&
    isLetter(text.charCodeAt(index - 2)) &&
    !isLetter(text.charCodeAt(index + 2))
  );
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

const DOUBLE_QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKTICK = 0x60;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
