import { useRef } from 'preact/hooks';
import { pathOfTrace } from '../state/screen.js';

/** A form in which a trace can be saved. */
interface SavedForm {
  readonly label: string;
  readonly href: string;
  /** The name of the file. */
  readonly file: string;
}

/** The forms in which a trace can be saved; each is a file of the server. */
function savedForms(traceId: string): readonly SavedForm[] {
  return [
    {
      label: 'HTML, opens without the viewer',
      href: `${pathOfTrace(traceId)}.html`,
      file: `trace-${traceId}.html`,
    },
    {
      label: 'HTML without source code',
      href: `${pathOfTrace(traceId)}.html?source=none`,
      file: `trace-${traceId}.html`,
    },
    {
      label: 'OTLP JSON',
      href: `/api/export?ids=${traceId}`,
      file: `trace-${traceId}.jsonl`,
    },
    { label: 'Text', href: `${pathOfTrace(traceId)}.txt`, file: `trace-${traceId}.txt` },
  ];
}

/** A menu of the files that a trace can be saved as. */
export function SaveMenu({ traceId }: { readonly traceId: string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (menu.current !== null) menu.current.open = false;
  };
  return (
    <details
      ref={menu}
      class="menu"
      onFocusOut={({ relatedTarget }) => {
        if (!menu.current?.contains(relatedTarget as Node | null)) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || menu.current?.open !== true) return;
        event.stopPropagation();
        close();
      }}
    >
      <summary>save ▾</summary>
      <ul>
        {savedForms(traceId).map(({ label, href, file }) => (
          <li key={label}>
            <a href={href} download={file} onClick={close}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
