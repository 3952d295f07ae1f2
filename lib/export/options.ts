import { expectCount, expectOneOf, expectOptions, expectText } from '../arguments';
import { valueTypes, type ValueName } from '../profile/values';

/** How a profile is written. Formats ignore what does not concern them. */
export interface ExportOptions {
  /** What stacks and functions are weighed by. Default `'samples'`. pprof has all
   * values, and shows this one first. */
  value?: ValueName;
  /** At most so many functions in a table. Default: 20 in a summary, all in CSV. */
  limit?: number;
  /** A heading. Default: none. */
  title?: string;
}

const names = ['value', 'limit', 'title'] as const;

/** @throws TypeError, RangeError for an option that is unknown or out of bounds */
export function checkExportOptions(options: unknown): ExportOptions {
  const { value, limit, title } = expectOptions('the export options', options, names);
  const choices = valueTypes.map(({ name }) => name);
  return {
    ...(value === undefined ? {} : { value: expectOneOf('value', value, choices) }),
    ...(limit === undefined
      ? {}
      : { limit: expectCount('limit', limit, { min: 0, max: Infinity }) }),
    ...(title === undefined ? {} : { title: expectText('title', title) }),
  };
}
