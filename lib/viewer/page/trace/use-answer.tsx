import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { askForJson } from '../state/server.js';

/**
 * The answer of the server to a path; undefined before it comes, and if there is none.
 *
 * @param version with another one the server is asked again
 */
export function useAnswer<Answer>(
  path: string,
  version: unknown,
): ReadonlySignal<Answer | undefined> {
  const answer = useSignal<Answer | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    askForJson<Answer>(path).then(
      (json) => {
        if (isWanted) answer.value = json;
      },
      // What this shows is an addition to what is there already.
      () => {},
    );
    return () => {
      isWanted = false;
    };
  }, [path, version, answer]);
  return answer;
}
