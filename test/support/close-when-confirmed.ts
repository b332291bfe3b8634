import type { INestMicroservice } from '@nestjs/common';
import { until } from './until.js';

/** Members of the channel of amqp-connection-manager. */
interface AmqpChannelWrapper {
  readonly _messages?: readonly unknown[];
  readonly _unconfirmedMessages?: readonly unknown[];
}

/**
 * Makes a server of Nest close only when RabbitMQ has confirmed its last answers: those that are not confirmed are
 * rejected when it closes, and nobody handles the rejection. Other servers close as before.
 */
export function closeWhenConfirmed(server: INestMicroservice): void {
  const { serverInstance } = server as unknown as {
    serverInstance: { channel?: AmqpChannelWrapper };
  };
  const close = server.close.bind(server);
  server.close = async () => {
    const { channel } = serverInstance;
    const waitingCount = (): number =>
      (channel?._messages?.length ?? 0) + (channel?._unconfirmedMessages?.length ?? 0);
    // A broker that is gone confirms nothing any more.
    await until(() => waitingCount() === 0, waitingCount).catch(() => {});
    await close();
  };
}
