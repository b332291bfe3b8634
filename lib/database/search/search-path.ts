/** What the method and the path of a request tell. */
export interface SearchPath {
  /** The identifier of the endpoint, such as `search` or `indices.create`; undefined if it is not known. */
  readonly operation: string | undefined;
  /** The indices and data streams, separated by commas. */
  readonly index: string | undefined;
  /** The path without ids of documents, names of users and other values: `{id}` in their place. */
  readonly shownPath: string;
}

/**
 * Reads the path of a request. The clients of OpenSearch and older ones of Elasticsearch pass only this to
 * their transport.
 *
 * @param path may have a query string, which may contain values and is not shown
 */
export function readSearchPath(method: string, path: string): SearchPath {
  const segments = path.split(/[?#]/, 1).join('').split('/').filter(Boolean);
  const [first] = segments;
  const hasIndex = first !== undefined && (!first.startsWith('_') || first === '_all');
  const [resource, ...rest] = hasIndex ? segments.slice(1) : segments;
  const endpoint = resource !== undefined && /^_[a-z_]+$/.test(resource) ? resource : undefined;
  const index = hasIndex ? decode(first) : undefined;
  const shown = [
    endpoint ?? (resource && '{id}'),
    ...rest.map((word) => (WORDS.has(word) ? word : '{id}')),
  ];
  const prefix = hasIndex ? [first] : [];
  return {
    operation:
      resource === undefined
        ? (hasIndex ? INDEX_OPERATIONS : ROOT_OPERATIONS)[method]
        : endpoint && operationOf(method, endpoint.slice(1), rest),
    index,
    shownPath: `/${[...prefix, ...shown.filter((part) => part !== undefined)].join('/')}`,
  };
}

function operationOf(
  method: string,
  endpoint: string,
  rest: readonly string[],
): string | undefined {
  const [word] = rest;
  const known = OPERATIONS[endpoint];
  if (known !== undefined) return known[`${method} ${word}`] ?? known[method] ?? known.any;
  if (RESOURCES_OF_INDEX.has(endpoint)) {
    const verb = VERBS[method];
    return verb === undefined ? undefined : `indices.${verb}_${endpoint}`;
  }
  if (ACTIONS_OF_INDEX.has(endpoint)) return `indices.${endpoint}`;
  const last = rest.findLast((part) => WORDS.has(part));
  return last === undefined ? endpoint : `${endpoint}.${last.replace(/^_/, '')}`;
}

type ByMethod = Readonly<Record<string, string>>;

const ROOT_OPERATIONS: ByMethod = { GET: 'info', HEAD: 'ping' };

const INDEX_OPERATIONS: ByMethod = {
  GET: 'indices.get',
  PUT: 'indices.create',
  DELETE: 'indices.delete',
  HEAD: 'indices.exists',
};

/** Endpoints that are several operations: by method and the next word, by method, or for any method. */
const OPERATIONS: Readonly<Record<string, ByMethod>> = {
  doc: { GET: 'get', PUT: 'index', POST: 'index', DELETE: 'delete', HEAD: 'exists' },
  source: { GET: 'get_source', HEAD: 'exists_source' },
  search: {
    'GET template': 'search_template',
    'POST template': 'search_template',
    'GET scroll': 'scroll',
    'POST scroll': 'scroll',
    'DELETE scroll': 'clear_scroll',
    'GET point_in_time': 'get_all_pits',
    'POST point_in_time': 'create_pit',
    'DELETE point_in_time': 'delete_pit',
    any: 'search',
  },
  msearch: {
    'GET template': 'msearch_template',
    'POST template': 'msearch_template',
    any: 'msearch',
  },
  bulk: { any: 'bulk' },
  scripts: { GET: 'get_script', PUT: 'put_script', POST: 'put_script', DELETE: 'delete_script' },
  aliases: { GET: 'indices.get_alias', POST: 'indices.update_aliases' },
  validate: { any: 'indices.validate_query' },
  cache: { any: 'indices.clear_cache' },
  block: { any: 'indices.add_block' },
};

const VERBS: ByMethod = {
  GET: 'get',
  PUT: 'put',
  POST: 'put',
  DELETE: 'delete',
  HEAD: 'exists',
};

const RESOURCES_OF_INDEX = new Set([
  'alias',
  'data_stream',
  'index_template',
  'mapping',
  'settings',
  'template',
]);

const ACTIONS_OF_INDEX = new Set([
  'analyze',
  'clone',
  'close',
  'flush',
  'forcemerge',
  'open',
  'recovery',
  'refresh',
  'rollover',
  'segments',
  'shard_stores',
  'shrink',
  'split',
  'stats',
  'upgrade',
]);

/** Words of the interface that stand where other endpoints have a value. */
const WORDS = new Set([
  '_all',
  '_clear',
  '_execute',
  '_modify',
  '_rethrottle',
  '_restore',
  '_search',
  '_simulate',
  '_simulate_index',
  '_start',
  '_stats',
  '_status',
  '_stop',
  '_verify',
  'aliases',
  'allocation',
  'api_key',
  'cancel',
  'clear',
  'count',
  'field',
  'fielddata',
  'health',
  'hot_threads',
  'http',
  'index',
  'indices',
  'master',
  'nodeattrs',
  'nodes',
  'painless',
  'pending_tasks',
  'pipeline',
  'plugins',
  'point_in_time',
  'policy',
  'query',
  'recovery',
  'repositories',
  'reroute',
  'role',
  'scroll',
  'segments',
  'settings',
  'shards',
  'snapshots',
  'sql',
  'state',
  'stats',
  'stream',
  'tasks',
  'template',
  'templates',
  'thread_pool',
  'token',
  'usage',
  'user',
]);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
