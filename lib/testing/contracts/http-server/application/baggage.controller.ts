import { Controller, Get } from '@nestjs/common';
import { getAllBaggage } from '../../../../index.js';

@Controller('baggage')
export class BaggageController {
  @Get()
  read(): Readonly<Record<string, string>> {
    return getAllBaggage();
  }
}
