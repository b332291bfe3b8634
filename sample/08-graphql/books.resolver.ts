import { NotFoundException } from '@nestjs/common';
import { Args, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AuthorsService } from './authors-service.js';
import { Author, Book } from './book.js';

const BOOKS: readonly Book[] = [
  { id: '1', title: 'Emma', authorId: 'a1' },
  { id: '2', title: 'Persuasion', authorId: 'a1' },
  { id: '3', title: 'Middlemarch', authorId: 'a2' },
];

@Resolver(() => Book)
export class BooksResolver {
  constructor(private readonly authors: AuthorsService) {}

  @Query(() => [Book])
  books(): readonly Book[] {
    return BOOKS;
  }

  @Query(() => Book)
  book(@Args('id', { type: () => ID }) id: string): Book {
    const book = BOOKS.find((each) => each.id === id);
    if (book === undefined) throw new NotFoundException(`There is no book ${id}`);
    return book;
  }

  /** One span stands for the calls of all books. */
  @ResolveField(() => Author)
  author(@Parent() book: Book): Promise<Author> {
    return this.authors.load(book.authorId);
  }
}
