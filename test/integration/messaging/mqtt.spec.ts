import { randomUUID } from 'node:crypto';
import {
  type ClientProvider,
  type MicroserviceOptions,
  type MqttContext,
  MqttRecordBuilder,
  Transport,
} from '@nestjs/microservices';
import { connectAsync, type IPublishPacket } from 'mqtt';
import {
  attributesOfMessages,
  messagingTransportSuite,
  type PlainMessage,
  type PlainPeer,
  type TransportUnderTest,
} from '../../suites/messaging-transport.suite.js';
import { Arrivals } from '../../support/arrivals.js';
import { isServiceThere, MOSQUITTO } from '../../support/services.js';

const url = `mqtt://127.0.0.1:${MOSQUITTO.port}`;
const isThere = await isServiceThere(MOSQUITTO);

for (const protocolVersion of [4, 5] as const) {
  const isMqtt5 = protocolVersion === 5;
  const run = `orders-${randomUUID()}`;
  const options = { url, protocolVersion };
  const { sent, processed } = attributesOfMessages('mqtt', MOSQUITTO);
  const transport: TransportUnderTest = {
    name: isMqtt5 ? 'MQTT 5' : 'MQTT 3.1.1',
    system: 'mqtt',
    isThere,
    pattern: (name) => `${run}/${name}`,
    server: (): MicroserviceOptions => ({ transport: Transport.MQTT, options }),
    client: (): ClientProvider => ({
      transport: Transport.MQTT,
      options: { ...options, ...(isMqtt5 && { userProperties: { 'x-client': 'tests' } }) },
    }),
    openPeer: () => openPeer(protocolVersion),
    usesPacketMetadata: !isMqtt5,
    attributes: {
      client: { ...sent, 'messaging.destination.name': `${run}/find` },
      server: {
        ...processed,
        'messaging.destination.name': `${run}/find`,
        'code.function.name': 'OrdersController.find',
      },
      producer: { ...sent, 'messaging.destination.name': `${run}/placed` },
      consumer: {
        ...processed,
        'messaging.destination.name': `${run}/placed`,
        'code.function.name': 'OrdersController.placed',
      },
    },
    changingAttributes: ['messaging.message.conversation_id'],
    redeliversEvents: false,
    streams: true,
    objectPattern: 'a server receives the topics of its handlers only',
    unknownPattern: 'a server receives the topics of its handlers only',
    malformedBody: 'Nest passes a text that is no JSON to the handler',
    parallelRequests:
      'Nest unsubscribes from the answers while other requests wait for their subscription',
  };
  messagingTransportSuite(
    isMqtt5
      ? {
          ...transport,
          record: {
            data: () =>
              new MqttRecordBuilder({ id: 1 })
                .setQoS(1)
                .setProperties({ userProperties: { 'x-tenant': ['acme', 'other'] } })
                .build(),
            isReusable: false,
            seenBy: (context) => {
              const { qos, properties } = (context as MqttContext).getPacket();
              return { qos, ...properties?.userProperties };
            },
            expected: { 'x-tenant': ['acme', 'other'], 'x-client': 'tests' },
          },
        }
      : transport,
  );
}

async function openPeer(protocolVersion: 4 | 5): Promise<PlainPeer> {
  const client = await connectAsync(url, { protocolVersion });
  return {
    async listen(pattern) {
      const messages = new Arrivals<PlainMessage>();
      const add = (_: string, body: Buffer, packet: IPublishPacket): void => {
        const { qos, retain, properties: { userProperties, ...properties } = {} } = packet;
        messages.add({
          body: body.toString(),
          headers: { ...userProperties },
          properties: { qos, retain, ...properties },
        });
      };
      await client.subscribeAsync(pattern);
      client.on('message', add);
      return {
        next: () => messages.next(),
        close: async () => {
          client.off('message', add);
          await client.unsubscribeAsync(pattern);
        },
      };
    },
    async send(pattern, { body, headers }) {
      const userProperties = { ...(headers as Record<string, string> | undefined) };
      // The package sends nothing at all with user properties that are empty.
      const isEmpty = Object.keys(userProperties).length === 0;
      await client.publishAsync(pattern, body, isEmpty ? {} : { properties: { userProperties } });
    },
    close: () => client.endAsync(),
  };
}
