import type { ComponentChildren } from 'preact';

/** A part of the details with a title that opens and closes it. */
export function Section({
  title,
  isOpen = false,
  action,
  children,
}: {
  readonly title: string;
  readonly isOpen?: boolean;
  readonly action?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <details class="section" open={isOpen}>
      <summary>{title}</summary>
      {action}
      {children}
    </details>
  );
}
