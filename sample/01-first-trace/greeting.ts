import { setTimeout as wait } from 'node:timers/promises';
import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { SpanAttribute, Traced } from 'nestjs-traced';

@Injectable()
export class GreetingService {
  @Traced()
  async greet(@SpanAttribute('greeting.name') name: string): Promise<string> {
    await wait(20);
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
