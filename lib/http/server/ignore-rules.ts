import type { IncomingMessage } from 'node:http';
import type { Diagnostics } from '../../diagnostics.js';
import { IgnoreRules } from '../../ignore-rules.js';
import type { HttpIgnoreRule } from './http-server-options.js';

/** Says which requests are not to be traced, by their paths without queries. */
export class HttpIgnoreRules extends IgnoreRules<IncomingMessage> {
  /** @throws TracingConfigError for what is no list of rules */
  constructor(rules: readonly HttpIgnoreRule[], diagnostics: Diagnostics) {
    super(
      {
        option: 'http.server.ignore',
        isText: (rule) => rule.startsWith('/'),
        requirement:
          'must be paths that begin with a slash, regular expressions or functions of the request, in an array',
        remedy:
          'Write ignore: ["/health"] for a path, [/^\\/internal\\//] for all paths below one.',
      },
      rules,
      diagnostics,
    );
  }
}
