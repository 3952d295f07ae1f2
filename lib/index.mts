// The same package for `import`: one instance, whichever way it is loaded.
export * from './index.js';
export { SimpleLauncher as default } from './index.js';
