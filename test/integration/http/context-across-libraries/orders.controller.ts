import {
  Body,
  Controller,
  Get,
  Inject,
  Module,
  Param,
  Post,
  Req,
  StreamableFile,
  type Type,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { steps } from './steps.js';
import { Work } from './work.js';

/** What the libraries add to requests, to that of Node or to that of the platform. */
interface Extended {
  readonly user?: { readonly id: string };
  readonly session?: { id?: string };
  readonly raw?: Extended;
}

@Controller()
class OrdersController {
  constructor(@Inject(Work) private readonly work: Work) {}

  /** Middleware or hooks have logged the user in. */
  @Get('login/:id')
  logIn(@Req() request: Extended): string {
    const id = String(request.user?.id);
    steps.take('handler', id);
    return `order ${id}`;
  }

  @Post('orders/:id')
  async order(@Req() { user }: Extended, @Body() body: { id: string }): Promise<StreamableFile> {
    steps.take('body', body.id);
    return new StreamableFile(await this.work.run(String(user?.id)));
  }

  @Get('visits/:id')
  visit(@Req() request: Extended, @Param('id') id: string): string {
    const session = (request.raw ?? request).session ?? {};
    steps.take('handler', session.id ?? id);
    session.id = id;
    return `order ${id}`;
  }
}

/** With multer. */
@Controller('uploads')
class ExpressUploadsController {
  constructor(@Inject(Work) private readonly work: Work) {}

  @Post(':id')
  @UseInterceptors(FileInterceptor('file'))
  async upload(@UploadedFile() file: { readonly buffer: Buffer }): Promise<StreamableFile> {
    return new StreamableFile(await this.work.run(String(file.buffer)));
  }
}

interface MultipartRequest {
  file(): Promise<{ toBuffer(): Promise<Buffer> } | undefined>;
}

/** With `@fastify/multipart`. */
@Controller('uploads')
class FastifyUploadsController {
  constructor(@Inject(Work) private readonly work: Work) {}

  @Post(':id')
  async upload(@Req() request: MultipartRequest): Promise<StreamableFile> {
    const file = await request.file();
    return new StreamableFile(await this.work.run(String(await file?.toBuffer())));
  }
}

export function ordersModule(isFastify: boolean, work: Work): Type {
  const uploads = isFastify ? FastifyUploadsController : ExpressUploadsController;
  @Module({
    controllers: [OrdersController, uploads],
    providers: [{ provide: Work, useValue: work }],
  })
  class OrdersModule {}
  return OrdersModule;
}
