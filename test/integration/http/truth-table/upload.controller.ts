import {
  Controller,
  PayloadTooLargeException,
  Post,
  Req,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';

export const MAX_FILE_BYTES = 1000;

interface ExpressFile {
  readonly size: number;
}

/** With multer, which comes with Nest's platform for Express. */
@Controller('upload')
export class ExpressUploadController {
  @Post()
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: MAX_FILE_BYTES } }))
  upload(@UploadedFile() file: ExpressFile): number {
    return file.size;
  }
}

interface MultipartRequest {
  file(): Promise<{ toBuffer(): Promise<Buffer> } | undefined>;
}

/** With `@fastify/multipart`. */
@Controller('upload')
export class FastifyUploadController {
  @Post()
  async upload(@Req() request: MultipartRequest): Promise<number> {
    const file = await request.file();
    try {
      return (await file?.toBuffer())?.length ?? 0;
    } catch (cause) {
      throw new PayloadTooLargeException('File too large', { cause });
    }
  }
}
