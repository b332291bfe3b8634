import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { NoCopyLeftError } from './loans-service.js';

interface Response {
  status(code: number): Response;
  json(body: object): void;
}

/** Turns an error of the service into an answer. */
@Catch(NoCopyLeftError)
export class NoCopyLeftFilter implements ExceptionFilter {
  catch(error: NoCopyLeftError, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Response>().status(409).json({ message: error.message });
  }
}
