/** The id of the element of a saved page that has the data of its trace. */
export const SAVED_TRACE_ID = 'saved-trace';
