import { type RmqOptions, Transport } from '@nestjs/microservices';

export const broker: RmqOptions = {
  transport: Transport.RMQ,
  options: {
    urls: [process.env.RABBITMQ_URL ?? 'amqp://guest:guest@127.0.0.1:5672'],
    queue: process.env.MAILER_QUEUE ?? 'mailer',
    queueOptions: { durable: false, autoDelete: true },
  },
};
