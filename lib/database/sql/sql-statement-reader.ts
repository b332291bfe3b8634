import { SqlNameReader } from './sql-name-reader.js';
import type { SqlScanner } from './sql-scanner.js';
import type { SqlOperation, SqlSummary } from './sql-summary.js';
import {
  AFTER_TARGETS,
  BEFORE_OBJECT_KIND,
  BEFORE_SAVEPOINT,
  BEFORE_TARGET,
  canHaveFrom,
  DATA_CHANGES,
  DEFINITIONS,
  hasTargetList,
  LONGER_STATEMENTS,
  NAMED_STATEMENTS,
  OBJECT_KINDS,
  PLAIN_STATEMENTS,
  RESERVED,
} from './sql-words.js';

/** The state inside one pair of parentheses, or outside of all. */
interface Frame {
  /** Whether no statement has begun yet. */
  isAtStart: boolean;
  /** Whether a statement that changes data may stand here. */
  canChangeData: boolean;
  operation: SqlOperation | undefined;
  /** The meaning of the next word. */
  expected: 'anything' | 'target' | 'object kind' | 'common table' | 'common table body';
  /** Whether a comma is followed by another target. */
  isInTargets: boolean;
  /** Whether targets may be functions, which are not tables. */
  isFrom: boolean;
}

/**
 * Finds the operations and their tables in SQL. It knows only the part of the grammar that tells tables
 * from everything else, and skips what it does not know.
 */
export class SqlStatementReader {
  readonly #scanner: SqlScanner;
  readonly #summary: SqlSummary;
  readonly #commonTables = new Set<string>();
  readonly #target = new SqlNameReader();
  #frames: Frame[] = [createFrame(true)];
  #lastWord = '';
  #isAfterPoint = false;

  constructor(scanner: SqlScanner, summary: SqlSummary) {
    this.#scanner = scanner;
    this.#summary = summary;
  }

  /** Reads the current token of the scanner. */
  read(): void {
    const { kind, text, start, end } = this.#scanner;
    const isPartOfTarget = this.#target.isOpen && this.#target.append(kind, text, start, end);
    if (!isPartOfTarget) {
      if (this.#target.isOpen) this.#finishTarget(text[start] === '(');
      if (kind === 'punctuation') this.#punctuation(text[start] as string);
      else if (kind === 'word' && !this.#isAfterPoint) {
        this.#word(end - start > MAX_KEYWORD_LENGTH ? '' : text.slice(start, end).toUpperCase());
      } else if (kind === 'name' || kind === 'word') this.#name();
      else this.#value();
    }
    this.#isAfterPoint = text[start] === '.' && kind === 'punctuation';
  }

  /** Ends the text. */
  finish(): void {
    if (this.#target.isOpen) this.#finishTarget(false);
  }

  get #frame(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame;
  }

  #punctuation(character: string): void {
    const frame = this.#frame;
    switch (character) {
      case '(':
        this.#open(frame);
        break;
      case ')':
        if (this.#frames.length > 1) this.#frames.pop();
        break;
      case ';':
        this.#frames = [createFrame(true)];
        this.#commonTables.clear();
        break;
      case ',':
        if (frame.expected === 'common table body') frame.expected = 'common table';
        else if (frame.isInTargets) frame.expected = 'target';
        break;
    }
    this.#lastWord = '';
  }

  #open(outer: Frame): void {
    const isCommonTable =
      outer.expected === 'common table body' &&
      (this.#lastWord === 'AS' || this.#lastWord === 'MATERIALIZED');
    const inner = createFrame(isCommonTable);
    if (outer.expected === 'target') {
      // A subquery, or tables joined in parentheses.
      outer.expected = 'anything';
      outer.isInTargets = outer.isFrom;
      if (outer.isFrom) {
        if (outer.operation !== undefined) outer.operation.readsSubquery = true;
        inner.operation = outer.operation;
        inner.expected = 'target';
        inner.isFrom = true;
      }
    }
    this.#frames.push(inner);
  }

  #value(): void {
    const frame = this.#frame;
    frame.isAtStart = false;
    if (frame.expected === 'target') {
      frame.expected = 'anything';
      frame.isInTargets = frame.isFrom;
    }
    this.#lastWord = '';
  }

  #name(): void {
    const frame = this.#frame;
    const { text, start, end, kind } = this.#scanner;
    this.#lastWord = '';
    frame.isAtStart = false;
    if (frame.expected === 'common table') {
      this.#commonTables.add(this.#target.nameOf(kind, text, start, end).toLowerCase());
      frame.expected = 'common table body';
    } else if (frame.expected === 'target' || frame.expected === 'object kind') {
      this.#target.begin(kind, text, start, end);
    }
  }

  #word(word: string): void {
    const frame = this.#frame;
    const last = this.#lastWord;
    this.#lastWord = word;
    if (word === 'SELECT') {
      this.#begin(frame, word, 'anything');
      return;
    }
    if (word === 'WITH' && (frame.isAtStart || frame.expected === 'target')) {
      frame.expected = 'common table';
      return;
    }
    switch (frame.expected) {
      case 'common table':
        if (word !== 'RECURSIVE') this.#name();
        return;
      case 'common table body':
        frame.isAtStart = DATA_CHANGES.has(word);
        if (frame.isAtStart) this.#statement(frame, word);
        return;
      case 'object kind':
        this.#objectKind(frame, word);
        return;
      case 'target':
        this.#targetOrKeyword(frame, word);
        return;
      default:
        if (frame.isAtStart) this.#statement(frame, word);
        else this.#clause(frame, word, last);
    }
  }

  /** Reads the first word of a statement. */
  #statement(frame: Frame, word: string): void {
    if (word === 'EXPLAIN' || word === 'PROFILE') {
      this.#summary.begin(word);
      frame.operation = undefined;
      return;
    }
    if (!frame.canChangeData) {
      frame.isAtStart = false;
      return;
    }
    // `EXPLAIN ANALYZE SELECT`.
    if (word === 'ANALYZE' && this.#summary.lastName === 'EXPLAIN') return;
    if (DATA_CHANGES.has(word) || NAMED_STATEMENTS.has(word)) {
      this.#begin(frame, word, 'target');
    } else if (DEFINITIONS.has(word)) {
      this.#begin(frame, word, 'object kind');
    } else if (word === 'VALUES' && this.#frames.length > 1) {
      frame.isAtStart = false;
    } else if (PLAIN_STATEMENTS.has(word) || LONGER_STATEMENTS.has(word)) {
      this.#begin(frame, LONGER_STATEMENTS.get(word) ?? word, 'anything');
    } else {
      frame.isAtStart = this.#summary.lastName === 'EXPLAIN' && frame.operation === undefined;
    }
  }

  #begin(frame: Frame, word: string, expected: Frame['expected']): void {
    frame.operation = this.#summary.begin(word);
    frame.expected = expected;
    frame.isAtStart = false;
    frame.isFrom = false;
    frame.isInTargets = false;
  }

  #objectKind(frame: Frame, word: string): void {
    const { operation } = frame;
    if (operation === undefined) return;
    if (OBJECT_KINDS.has(word)) {
      operation.name += ` ${word}`;
      frame.expected = 'target';
    } else if (!BEFORE_OBJECT_KIND.has(word)) {
      // `TRUNCATE orders`, or an unknown kind.
      if (operation.name === 'TRUNCATE') this.#name();
      else frame.expected = 'anything';
    }
  }

  #targetOrKeyword(frame: Frame, word: string): void {
    if (word === 'ON' && frame.operation?.name.endsWith(' INDEX') === true) return;
    if (RESERVED.has(word)) {
      frame.expected = 'anything';
      this.#clause(frame, word, '');
      return;
    }
    const isSkipped = frame.isFrom
      ? word === 'ONLY' || word === 'LATERAL'
      : BEFORE_TARGET.has(word);
    if (!isSkipped) this.#name();
  }

  /** Reads a word inside a statement. */
  #clause(frame: Frame, word: string, last: string): void {
    const { operation } = frame;
    if (operation === undefined) return;
    switch (word) {
      case 'FROM':
        // `a IS DISTINCT FROM b`; `EXTRACT(year FROM a)` has no operation in its parentheses.
        if (last === 'DISTINCT' || !canHaveFrom(operation.name)) return;
        if (operation.name === 'DELETE') operation.clear();
        expectTables(frame);
        return;
      case 'JOIN':
      case 'STRAIGHT_JOIN':
      case 'APPLY':
        if (canHaveFrom(operation.name) || operation.name === 'MERGE') expectTables(frame);
        return;
      case 'USING':
        if (operation.name === 'DELETE' || operation.name === 'MERGE') expectTables(frame);
        return;
      case 'DISTINCT':
        if (last === 'SELECT') operation.isDistinct = true;
        return;
      case 'TO':
        if (operation.name === 'ROLLBACK' && BEFORE_SAVEPOINT.has(last)) {
          operation.name = 'ROLLBACK TO SAVEPOINT';
        }
        return;
      case 'ON':
        if (/ (INDEX|TRIGGER|POLICY|RULE)$/.test(operation.name)) frame.expected = 'target';
        return;
      default:
        if (AFTER_TARGETS.has(word)) frame.isInTargets = false;
    }
  }

  #finishTarget(isBeforeParenthesis: boolean): void {
    const frame = this.#frame;
    const name = this.#target.take();
    frame.expected = 'anything';
    const { operation } = frame;
    frame.isInTargets = frame.isFrom || (operation !== undefined && hasTargetList(operation.name));
    if (frame.isFrom && isBeforeParenthesis) return;
    if (this.#commonTables.has(name.toLowerCase())) operation?.addCommonTable();
    else operation?.add(name);
  }
}

const MAX_KEYWORD_LENGTH = 16;

function createFrame(canChangeData: boolean): Frame {
  return {
    isAtStart: true,
    canChangeData,
    operation: undefined,
    expected: 'anything',
    isInTargets: false,
    isFrom: false,
  };
}

function expectTables(frame: Frame): void {
  frame.expected = 'target';
  frame.isFrom = true;
}
