import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ImportJson } from '../../api/answers.js';
import { askForJson } from '../state/server.js';
import { showFailure, showToast } from '../state/toasts.js';
import { importedText } from './imported-text.js';

const INPUT_ID = 'files';

/** Lets the user choose files to import. */
export function chooseFiles(): void {
  document.getElementById(INPUT_ID)?.click();
}

/** Imports files of traces that are dropped on the page, or chosen. */
export function FileImport() {
  const isOver = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
      dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Without this the browser would show the file in place of the page.
      event.preventDefault();
      isOver.value = true;
    };
    const leave = ({ relatedTarget }: DragEvent): void => {
      if (relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent): void => {
      isOver.value = false;
      if (!hasFiles(event)) return;
      event.preventDefault();
      void importFiles(event.dataTransfer?.files);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [isOver]);
  const choose = async (): Promise<void> => {
    await importFiles(input.current?.files);
    // The same file can be chosen again.
    if (input.current !== null) input.current.value = '';
  };
  return (
    <>
      <input
        ref={input}
        id={INPUT_ID}
        type="file"
        multiple
        hidden
        aria-label="Files of traces"
        onChange={() => void choose()}
      />
      {isOver.value && <div class="drop-here">Drop files of traces to import them</div>}
    </>
  );
}

async function importFiles(files: FileList | null | undefined): Promise<void> {
  for (const file of files ?? []) {
    try {
      const result = await askForJson<ImportJson>('/api/import', { method: 'POST', body: file });
      showToast('done', importedText(file.name, result));
    } catch (error) {
      showFailure(`${file.name} was not imported`, error);
    }
  }
}
