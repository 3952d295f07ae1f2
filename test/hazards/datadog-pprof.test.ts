import { testBeside } from '../support/beside';

describe('beside @datadog/pprof', () => {
  testBeside('pprof');
});

describe('beside @datadog/pprof with contexts', () => {
  // Contexts take a signal, which there is not.
  if (process.platform === 'win32') return;
  testBeside('pprofWithContexts');
});
