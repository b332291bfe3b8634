import type { ComponentChildren, JSX } from 'preact';
import { hrefOf, navigate } from '../state/location.js';

/** A link to another address of the page. With a modifier key the browser opens it in its own way. */
export function Link({
  href,
  children,
  ...rest
}: JSX.IntrinsicElements['a'] & { readonly href: string; readonly children?: ComponentChildren }) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    navigate(href);
  };
  return (
    <a href={hrefOf(href)} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
