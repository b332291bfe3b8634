/** The environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment for the viewer, which knows nothing of the rooms that read it for the tracing. */
export function readEnvironment(): Environment {
  return process.env;
}
