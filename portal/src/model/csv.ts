/** Comma-separated values as spreadsheets read them (RFC 4180). */

/** A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
function cell(text: string | number): string {
  if (typeof text === 'number') return String(text);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvText(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
}
