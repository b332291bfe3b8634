import { EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE, EXCEPTION_TYPE } from '../../analysis/facts.js';
import type { EventRecord } from '../../analysis/span-record.js';
import { CopyButton } from '../parts/copy-button.js';
import { textOfValue } from './attribute-groups.js';
import { stackLinesOf } from './stack-lines.js';

/** An exception with its stack; the frames of the application come first. */
export function ExceptionDetails({ event: { attributes = {} } }: { readonly event: EventRecord }) {
  const textOf = (key: string): string => textOfValue(attributes[key] ?? '');
  const type = textOf(EXCEPTION_TYPE);
  const message = textOf(EXCEPTION_MESSAGE);
  const stack = textOf(EXCEPTION_STACKTRACE);
  const { own, frameCount } = stackLinesOf(stack);
  return (
    <>
      <p class="bad">
        <b>{type}</b>
        {type !== '' && message !== '' ? ': ' : ''}
        {message}
      </p>
      {own.length > 0 && (
        <ol class="frames" aria-label="Frames of the application">
          {own.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ol>
      )}
      {stack !== '' && (
        <details>
          <summary>
            Whole stack{frameCount > 0 && `, ${frameCount.toLocaleString('en')} frames`}
          </summary>
          <CopyButton text={stack} what="the stack" label="copy" />
          <pre class="block">{stack}</pre>
        </details>
      )}
    </>
  );
}
