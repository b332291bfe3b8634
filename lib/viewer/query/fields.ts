/** What the values of a field are. */
export type FieldType = 'text' | 'number' | 'duration' | 'choice';

/** A field of the search language that is not an attribute. */
export interface SearchField {
  readonly key: string;
  readonly type: FieldType;
  /** Whether it is the same for all spans of a trace. */
  readonly isOfTrace: boolean;
  /** The values that there are, of a choice. */
  readonly choices?: readonly string[];
  /** What it is, for completion. */
  readonly help: string;
}

/** The words of `find:` and the kinds of findings that they mean. */
export const FINDING_WORDS: Readonly<Record<string, string>> = {
  'n+1': 'repeated-call',
  twice: 'asked-twice',
  together: 'could-run-together',
  retried: 'retried',
  timeout: 'timed-out',
  handled: 'handled',
  slow: 'slower-than-usual',
  'context-lost': 'context-lost',
  'parents-missing': 'parents-missing',
  'never-ended': 'never-ended',
  'process-gone': 'process-gone',
  circle: 'parent-circle',
  clocks: 'clocks-differ',
};

const FIELDS: readonly SearchField[] = [
  { key: 'service', type: 'text', isOfTrace: false, help: 'the service of the span' },
  { key: 'name', type: 'text', isOfTrace: false, help: 'the name of the span' },
  {
    key: 'kind',
    type: 'choice',
    isOfTrace: false,
    choices: ['internal', 'server', 'client', 'producer', 'consumer', 'unspecified'],
    help: 'the kind of the span',
  },
  {
    key: 'status',
    type: 'choice',
    isOfTrace: false,
    choices: ['unset', 'ok', 'error'],
    help: 'the status of the span',
  },
  { key: 'duration', type: 'duration', isOfTrace: false, help: 'the time from start to end' },
  { key: 'id', type: 'text', isOfTrace: false, help: 'the id of the span' },
  { key: 'parent', type: 'text', isOfTrace: false, help: 'the id of the parent' },
  { key: 'message', type: 'text', isOfTrace: false, help: 'the messages of status and exception' },
  {
    key: 'is',
    type: 'choice',
    isOfTrace: false,
    choices: ['running', 'root', 'failed', 'orphan'],
    help: 'a state of the span',
  },
  {
    key: 'has',
    type: 'choice',
    isOfTrace: false,
    choices: ['logs', 'exception', 'links'],
    help: 'what the span has',
  },
  { key: 'trace', type: 'text', isOfTrace: true, help: 'the id of the trace' },
  { key: 'trace.duration', type: 'duration', isOfTrace: true, help: 'the duration of the root' },
  { key: 'trace.spans', type: 'number', isOfTrace: true, help: 'the number of spans' },
  { key: 'trace.services', type: 'number', isOfTrace: true, help: 'the number of services' },
  { key: 'trace.failed', type: 'number', isOfTrace: true, help: 'the number of failed spans' },
  { key: 'root', type: 'text', isOfTrace: true, help: 'the name of the root' },
  {
    key: 'find',
    type: 'choice',
    isOfTrace: true,
    choices: Object.keys(FINDING_WORDS),
    help: 'a finding of the trace',
  },
  {
    key: 'edge',
    type: 'text',
    isOfTrace: true,
    help: 'a call between services: orders->inventory',
  },
  {
    key: 'edge.failed',
    type: 'text',
    isOfTrace: true,
    help: 'a failed call between services: orders->inventory',
  },
  { key: 'run', type: 'number', isOfTrace: true, help: 'the start of the application' },
];

/** The fields that are no attributes, by key. */
export const SEARCH_FIELDS: ReadonlyMap<string, SearchField> = new Map(
  FIELDS.map((field) => [field.key, field]),
);
