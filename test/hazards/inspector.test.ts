import { testBeside } from '../support/beside';

describe("beside the inspector's profiler", () => {
  testBeside('inspector');
});
