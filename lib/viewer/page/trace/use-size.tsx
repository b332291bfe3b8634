import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** The size of an element in pixels of style sheets, without its borders and scroll bars. */
export function useSize(
  element: RefObject<HTMLElement | null>,
): Signal<{ readonly width: number; readonly height: number }> {
  const size = useSignal({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = current;
      const before = size.peek();
      if (width !== before.width || height !== before.height) size.value = { width, height };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element, size]);
  return size;
}
