import { context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { carrierGetter, carrierSetter, type Tracer } from 'nestjs-traced';

interface Letter {
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** A transport that the library does not know: letters wait in a box until somebody reads them. */
export class Mailbox {
  readonly #letters: Letter[] = [];

  constructor(
    private readonly tracer: Tracer,
    private readonly name: string,
  ) {}

  send(text: string): void {
    this.tracer.trace(`send ${this.name}`, this.#spanOptions('send', SpanKind.PRODUCER), () => {
      const headers: Record<string, string> = {};
      // Inside of the span: the receiver becomes a child of it.
      this.tracer.propagator.inject(context.active(), headers, carrierSetter);
      this.#letters.push({ headers, text });
    });
  }

  /** Reads the oldest letter, if there is one. */
  async read(handle: (text: string) => Promise<void>): Promise<void> {
    const letter = this.#letters.shift();
    if (letter === undefined) return;
    const sender = this.tracer.propagator.extract(ROOT_CONTEXT, letter.headers, carrierGetter);
    const options = this.#spanOptions('process', SpanKind.CONSUMER);
    await context.with(sender, () =>
      this.tracer.trace(`process ${this.name}`, options, () => handle(letter.text)),
    );
  }

  #spanOptions(operation: string, kind: SpanKind) {
    const attributes = {
      'messaging.system': 'mailbox',
      'messaging.destination.name': this.name,
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
    };
    return { kind, attributes };
  }
}
