import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { TracingModule } from 'nestjs-traced';
import { AuthorsService } from './authors-service.js';
import { BooksResolver } from './books.resolver.js';

@Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'books', graphql: { resolverSpans: true } }),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
  ],
  providers: [BooksResolver, AuthorsService],
})
export class AppModule {}
