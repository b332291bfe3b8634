/** Why an export failed, in words, whatever an exporter said. Never throws. */
export function describeFailure(error: unknown): string {
  if (error === undefined) return 'no reason given';
  try {
    return error instanceof Error ? error.message || error.name : String(error);
  } catch {
    return 'no reason that could be read';
  }
}
