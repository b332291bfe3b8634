import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SpanAttribute, Traced, TracingModule } from 'nestjs-traced';

@Injectable()
export class GreetingService {
  @Traced()
  async greet(@SpanAttribute('greeting.name') name: string): Promise<string> {
    return `Hello, ${name}!`;
  }
}

@Controller('hello')
export class GreetingController {
  constructor(private readonly greetings: GreetingService) {}

  @Get(':name')
  hello(@Param('name') name: string): Promise<string> {
    return this.greetings.greet(name);
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'greeter' })],
  controllers: [GreetingController],
  providers: [GreetingService],
})
export class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
}

void bootstrap();
