import { Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { GreetingController, GreetingService } from './greeting.js';

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'greeter' })],
  controllers: [GreetingController],
  providers: [GreetingService],
})
export class AppModule {}
