import { Writable } from 'node:stream';
import {
  ConsoleLogger,
  type DynamicModule,
  type INestApplication,
  RequestMethod,
} from '@nestjs/common';
import { pino } from 'pino';
import { createLogger, format, transports } from 'winston';
import {
  TracedLogger,
  tracedPinoOptions,
  traceWinston,
  winstonTraceFormat,
} from '../../../../lib/index.js';
import { captureOutput } from '../../../support/captured-output.js';
import { loadNestjsPino, loadNestWinston } from '../../../support/log-packages.js';
import type { LogLibrary, LogLine } from './log-library.js';

const { WINSTON_MODULE_NEST_PROVIDER, WINSTON_MODULE_PROVIDER, WinstonModule } = loadNestWinston();

function consoleLogger(name: string, json: boolean): LogLibrary {
  return {
    name,
    hasAccessLine: false,
    create() {
      const output = captureOutput();
      return {
        imports: [],
        use: (application) =>
          application.useLogger(
            json
              ? new TracedLogger(new ConsoleLogger({ json: true }))
              : application.get(TracedLogger),
          ),
        lines: () => output.lines().map((line) => (json ? JSON.parse(line) : parseText(line))),
        close: () => output.restore(),
      };
    },
  };
}

/** Reads a line of Nest's ConsoleLogger, or a part of one with several lines. */
function parseText(line: string): LogLine {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: The colors of the terminal.
  const plain = line.replace(/\u001b\[[\d;]*m/g, '');
  const ids = Object.fromEntries(
    [...plain.matchAll(/ (trace_id|span_id|trace_flags)=(\w+)/g)].map(([, key, id]) => [key, id]),
  );
  const message = plain.replace(/^.* (?:\[(\w+)\]) /, '').replace(/ trace_id=.*$/, '');
  return { message, ...ids };
}

/** Everything that a library writes to a destination. */
function destination(): { write(line: string): void; lines(): LogLine[] } {
  const written: string[] = [];
  return {
    write: (line) => void written.push(line),
    lines: () =>
      written.map((line) => {
        const { msg, message = msg, ...others } = JSON.parse(line);
        return { message, ...others };
      }),
  };
}

function nestjsPino(
  name: 'nestjs-pino' | 'nestjs-pino-5',
  pino: 'pino' | 'pino-9',
  options: object = {},
): LogLibrary {
  return {
    name: `${name} with ${pino} ${JSON.stringify(options)}`,
    hasAccessLine: true,
    create() {
      const { LoggerModule, Logger } = loadNestjsPino(name, pino);
      const stream = destination();
      const pinoHttp = tracedPinoOptions({ level: 'trace', stream, ...options });
      // The default of version 4 is a path that Nest 12 does not know.
      const forRoutes = [{ path: '{*all}', method: RequestMethod.ALL }];
      return {
        imports: [LoggerModule.forRoot({ forRoutes, pinoHttp })],
        use: (application) => application.useLogger(application.get(Logger)),
        lines: stream.lines,
      };
    },
  };
}

/** As applications do that share one logger of pino. */
const existingPinoLogger: LogLibrary = {
  name: 'nestjs-pino with an existing logger of pino',
  hasAccessLine: true,
  create() {
    const { LoggerModule, Logger } = loadNestjsPino('nestjs-pino', 'pino');
    const stream = destination();
    const logger = pino(tracedPinoOptions({ level: 'trace' }), stream);
    const forRoutes = [{ path: '{*all}', method: RequestMethod.ALL }];
    return {
      imports: [LoggerModule.forRoot({ forRoutes, pinoHttp: { logger } })],
      use: (application) => application.useLogger(application.get(Logger)),
      lines: stream.lines,
    };
  },
};

function winstonLogger(
  name: string,
  set: (transport: transports.StreamTransportInstance) => {
    readonly imports: DynamicModule[];
    use(application: INestApplication): void;
  },
): LogLibrary {
  return {
    name,
    hasAccessLine: false,
    create() {
      const { write, lines } = destination();
      const stream = new Writable({
        write(chunk, _, done) {
          write(String(chunk));
          done();
        },
      });
      return { ...set(new transports.Stream({ stream })), lines };
    },
  };
}

/** The log libraries that the library adds ids to, in the ways in which applications set them up. */
export const LOG_LIBRARIES: readonly LogLibrary[] = [
  consoleLogger("Nest's ConsoleLogger, text", false),
  consoleLogger("Nest's ConsoleLogger, JSON", true),
  nestjsPino('nestjs-pino', 'pino'),
  nestjsPino('nestjs-pino', 'pino', { quietReqLogger: true, mixin: () => ({ tenant: 'acme' }) }),
  nestjsPino('nestjs-pino', 'pino-9'),
  existingPinoLogger,
  nestjsPino('nestjs-pino-5', 'pino'),
  winstonLogger('nest-winston as a module with the format, and winston 3', (transport) => ({
    imports: [
      WinstonModule.forRoot({
        level: 'silly',
        format: format.combine(winstonTraceFormat(), format.json()),
        transports: [transport],
      }),
    ],
    use: (application) => application.useLogger(application.get(WINSTON_MODULE_NEST_PROVIDER)),
  })),
  winstonLogger('nest-winston as a module with traceWinston, and winston 3', (transport) => ({
    imports: [WinstonModule.forRoot({ level: 'silly', transports: [transport] })],
    use: (application) => {
      traceWinston(application.get(WINSTON_MODULE_PROVIDER));
      application.useLogger(application.get(WINSTON_MODULE_NEST_PROVIDER));
    },
  })),
  winstonLogger('nest-winston as a logger with traceWinston, and winston 3', (transport) => ({
    imports: [],
    use: (application) => {
      const instance = traceWinston(createLogger({ level: 'silly', transports: [transport] }));
      application.useLogger(WinstonModule.createLogger({ instance }));
    },
  })),
];
