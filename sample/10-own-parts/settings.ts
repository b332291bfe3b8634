import { Injectable, Module } from '@nestjs/common';

@Injectable()
export class Settings {
  readonly region = process.env.REGION ?? 'eu-central-1';
  readonly slowMillis = 50;
}

@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}
