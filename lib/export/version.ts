/** Of this package. Its package.json lies beside dist/, as it does beside lib/. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const { version: packageVersion } = require('../../package.json') as { version: string };
