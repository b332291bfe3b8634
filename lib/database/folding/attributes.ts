// The conventions have no names for these; they stand in a namespace of ours.

/** On the span that several queries share: how many they are. */
export const FOLDED_QUERY_COUNT = 'nestjs_traced.db.folded_query.count';
/** On the span above: the summaries of what was repeated below it. */
export const REPEATED_QUERIES = 'nestjs_traced.db.repeated_queries';
