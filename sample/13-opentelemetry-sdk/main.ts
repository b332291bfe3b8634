import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { provider } from './sdk.js';

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);

// The application flushes the SDK when it closes, and leaves its shutdown to you.
process.once('SIGTERM', () => app.close().then(() => provider.shutdown()));
