import {
  bindChannels,
  installShared,
  type LocalTracer,
  subscribeToChannels,
} from '../../context/index.js';
import { channelLibrariesOf } from '../database-settings.js';
import type { ChannelTracing } from './channel-operations.js';
import type { ChannelLibrary } from './channel-options.js';
import { traceMongooseChannels } from './mongoose-channels.js';
import { traceMssql } from './mssql-channels.js';
import { traceMysql2 } from './mysql2-channels.js';
import { traceRedisLibrary } from './redis-channels.js';

/** How each library is traced. */
const TRACINGS: Readonly<Record<ChannelLibrary, () => readonly ChannelTracing[]>> = {
  ioredis: () => traceRedisLibrary('ioredis'),
  'node-redis': () => traceRedisLibrary('node-redis'),
  mysql2: traceMysql2,
  mssql: traceMssql,
  mongoose: traceMongooseChannels,
};

/**
 * Traces the clients of libraries that publish their queries, while the application of `tracer` runs. The first
 * application that traces a library subscribes to its channels, the last one unsubscribes.
 *
 * @returns a function for the end of the application
 */
export function watchDatabaseChannels(tracer: LocalTracer): () => void {
  const releases = [...channelLibrariesOf(tracer)].map((library) =>
    installShared(`database.channels.${library}`, () => watch(TRACINGS[library]())),
  );
  return () => {
    for (const release of releases) release();
  };
}

function watch(tracings: readonly ChannelTracing[]): () => void {
  const unsubscribe = subscribeToChannels(tracings.flatMap(({ subscriptions }) => subscriptions));
  const unbind = bindChannels(tracings.flatMap(({ bindings }) => bindings));
  return () => {
    unsubscribe();
    unbind();
  };
}
