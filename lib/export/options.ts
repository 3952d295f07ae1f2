import { expectOptions, expectText } from '../arguments';

export interface ExportOptions {
  /** A heading. Default: none. */
  title?: string;
}

export function checkExportOptions(options: unknown): ExportOptions {
  const { title } = expectOptions('the export options', options, ['title']);
  return title === undefined ? {} : { title: expectText('title', title) };
}
