import './service-colors.css';
import { serviceColorOf } from './service-color.js';

/** A small square in the colour of a service, to stand before its name. It says nothing to screen readers. */
export function ServiceMark({ service }: { readonly service: string }) {
  return (
    <i
      class="service-mark"
      aria-hidden="true"
      style={{ background: `var(--service-${serviceColorOf(service)})` }}
    />
  );
}
