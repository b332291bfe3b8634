import {
  AdaptiveSampler,
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  RuleBasedSampler,
} from 'nestjs-traced';

/** Follows the caller; the first span of a new trace decides by these rules. */
export const sampler = new ParentBasedSampler({
  root: new RuleBasedSampler({
    rules: [
      { attributes: { 'url.path': /^\/admin\// }, sampler: new AlwaysOffSampler() },
      { attributes: { 'http.request.method': 'POST' }, sampler: new AlwaysOnSampler() },
    ],
    // About one trace a second, some of each kind, whatever the load is.
    default: new AdaptiveSampler({
      targetTracesPerSecond: 1,
      key: (name, _kind, attributes) => `${name} ${String(attributes['url.path']).split('/')[1]}`,
    }),
  }),
});
