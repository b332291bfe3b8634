import { Controller, Param, ParseIntPipe, Post, UseInterceptors } from '@nestjs/common';
import { DueDateInterceptor } from './due-date.interceptor.js';
import { type Loan, LoansService } from './loans-service.js';

@Controller('loans')
export class LoansController {
  constructor(private readonly loans: LoansService) {}

  @Post(':bookId')
  @UseInterceptors(DueDateInterceptor)
  lend(@Param('bookId', ParseIntPipe) bookId: number): Promise<Loan> {
    return this.loans.lend(bookId);
  }
}
