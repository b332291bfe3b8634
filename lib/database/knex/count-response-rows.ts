/**
 * How many rows a driver's answer holds: `{ rows }` of `pg` and `oracledb`, `[rows, fields]` of `mysql2`,
 * rows by themselves. Undefined for what is none of these.
 */
export function countResponseRows(response: unknown): number | undefined {
  if (Array.isArray(response)) {
    const [rows, fields] = response;
    const isPair = response.length === 2 && (fields === undefined || Array.isArray(fields));
    if (!isPair) return response.length;
    return Array.isArray(rows) ? rows.length : undefined;
  }
  const rows = (response as { rows?: unknown } | null | undefined)?.rows;
  return Array.isArray(rows) ? rows.length : undefined;
}
