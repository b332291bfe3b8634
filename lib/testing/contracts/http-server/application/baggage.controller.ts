import { Controller, Get } from '@nestjs/common';
import { getAllBaggage } from '../../../../baggage/index.js';

@Controller('baggage')
export class BaggageController {
  @Get()
  read(): Readonly<Record<string, string>> {
    return getAllBaggage();
  }
}
