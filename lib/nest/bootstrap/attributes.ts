// Semantic conventions 1.45.0, `docs/general/attributes.md`.

export const SERVER_PORT = 'server.port';

// Not in the conventions.

/** The class of the Nest module that a lifecycle hook belongs to. */
export const MODULE_NAME = 'nestjs.module.name';
