import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Tracing, TracingModule } from 'nestjs-traced';
import { say, told } from './say.js';

// An application that tells what it has found out about the place where it runs.

@Module({ imports: [TracingModule.forRoot(JSON.parse(told('OPTIONS')))] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn'] });
say({ resource: app.get(Tracing).resource.attributes });
await app.close();
