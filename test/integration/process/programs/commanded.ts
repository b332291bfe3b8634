import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Traced, TracingModule } from 'nestjs-traced';

// An application without the module of the viewer, which sends its spans where the environment says.
@Injectable()
class Orders {
  @Traced()
  place(): string {
    return 'placed';
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'orders', registerGlobally: false })],
  providers: [Orders],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
app.get(Orders).place();
await app.close();
// The viewer that has started this process is open until then.
process.once('SIGTERM', () => process.exit(0));
setInterval(() => {}, 1_000);
