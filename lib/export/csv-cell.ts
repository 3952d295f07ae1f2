/**
 * A text as a cell of comma-separated values. Spreadsheets run what begins like a
 * formula: an apostrophe makes it text.
 */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
