/** A command as ioredis makes it. */
export class CommandDouble {
  isTraced?: boolean;
  resolve!: (value: unknown) => void;
  reject!: (error: unknown) => void;
  readonly promise: Promise<unknown>;

  constructor(
    readonly name: string,
    readonly args: readonly unknown[] = [],
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => {});
  }
}

/** A pipeline as ioredis makes it; `exec` resolves with the given results. */
export class PipelineDouble {
  readonly isPipeline = true;
  readonly sent: CommandDouble[] = [];
  execCount = 0;

  constructor(private readonly outcome: () => Promise<unknown>) {}

  sendCommand(command: CommandDouble): this {
    this.sent.push(command);
    return this;
  }

  exec(callback?: (error: unknown, results: unknown) => void): unknown {
    this.execCount++;
    const result = this.outcome();
    if (callback !== undefined) {
      result.then(
        (results) => callback(null, results),
        (error) => callback(error, undefined),
      );
    }
    return result;
  }
}

/** A client as of ioredis 5.8: nothing is published. */
export class IoredisDouble {
  readonly sent: CommandDouble[] = [];
  condition: { select?: unknown } | null = null;
  stream: object | undefined;
  outcome = (): Promise<unknown> => Promise.resolve([]);

  constructor(readonly options: object = {}) {}

  sendCommand(command: CommandDouble, _stream?: object): Promise<unknown> {
    this.sent.push(command);
    return command.promise;
  }

  pipeline(_commands?: unknown): PipelineDouble {
    return new PipelineDouble(() => this.outcome());
  }

  multi(commands?: unknown): unknown {
    const isSingle = (commands as { pipeline?: unknown } | undefined)?.pipeline === false;
    return isSingle ? Promise.resolve('OK') : new PipelineDouble(() => this.outcome());
  }

  duplicate(): IoredisDouble {
    return new IoredisDouble(this.options);
  }

  defineCommand(): void {}
}
