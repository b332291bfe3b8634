import { checkArray, checkOption } from '../../option-checks.js';

/** A library that publishes its queries through `node:diagnostics_channel`. */
export type ChannelLibrary = 'ioredis' | 'node-redis' | 'mysql2' | 'mssql' | 'mongoose';

/** All libraries whose channels are read. */
export const CHANNEL_LIBRARIES: readonly ChannelLibrary[] = [
  'ioredis',
  'node-redis',
  'mysql2',
  'mssql',
  'mongoose',
];

/**
 * The libraries that an option `channels` selects.
 *
 * @throws TracingConfigError for an invalid option
 */
export function librariesOf(
  option: false | readonly ChannelLibrary[] | undefined,
): ReadonlySet<ChannelLibrary> {
  if (option === undefined) return new Set(CHANNEL_LIBRARIES);
  if (option === false) return new Set();
  const names = checkArray(
    'database.channels',
    option,
    'Give an array of libraries; false for none.',
  );
  for (const name of names) {
    checkOption(
      CHANNEL_LIBRARIES.includes(name),
      'database.channels',
      `must contain only ${CHANNEL_LIBRARIES.map((library) => `'${library}'`).join(', ')}`,
      name,
      'Leave the option out to trace all of them.',
    );
  }
  return new Set(names);
}
