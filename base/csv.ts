/** Comma-separated values (RFC 4180). */

/** Spreadsheets would run a cell that begins so as a formula; a number may have its sign. */
const formula = /^(?:[=@\t\r]|[+-](?![\d ()./-]+$))/;

/** One line for each row; a cell that a spreadsheet would run gets an apostrophe in front. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map(row => `${row.map(formatCell).join(',')}\r\n`).join('');
}

function formatCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows of cells, without blank lines; undefined: a quoted cell does not end, or goes on behind its quote. */
export function parseCsv(text: string): string[][] | undefined {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  const rows: string[][] = [];
  let row: string[] = [];
  cell.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  while (cell.lastIndex < text.length || row.length > 0) {
    const match = cell.exec(text);
    if (!match) return undefined;
    const [, quoted, plain = '', separator] = match;
    const value = quoted?.replaceAll('""', '"') ?? plain;
    row.push(value.startsWith("'") && formula.test(value.slice(1)) ? value.slice(1) : value);
    if (separator === ',') continue;
    if (row.some(text => text !== '')) rows.push(row);
    row = [];
  }
  return rows;
}
