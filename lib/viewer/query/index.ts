export { FINDING_WORDS, type FieldType, SEARCH_FIELDS, type SearchField } from './fields.js';
export { type CompiledQuery, compileQuery } from './match.js';
export {
  durationOf,
  type ParseResult,
  parseQuery,
  type QueryNode,
  type QueryTerm,
} from './parse.js';
export type { SearchedTrace } from './searched-trace.js';
export { type Suggestion, type SuggestOptions, suggest, type Vocabulary } from './suggest.js';
export { OPERATORS, type Operator, type QueryError } from './tokens.js';
