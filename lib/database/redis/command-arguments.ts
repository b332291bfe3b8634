import type { RedisCommand } from './redis-command.js';

/** A command as an array of its name and its arguments. */
export function commandOf(args: unknown): RedisCommand | undefined {
  if (!Array.isArray(args) || args.length === 0) return undefined;
  const [name, ...rest] = args;
  return { name: Buffer.isBuffer(name) ? name.toString() : String(name), args: rest };
}

/** The commands of a transaction or a pipeline. */
export function commandsOf(commands: unknown): RedisCommand[] {
  if (!Array.isArray(commands)) return [];
  return commands
    .map((command) => commandOf((command as { args?: unknown } | null)?.args))
    .filter((command) => command !== undefined);
}
