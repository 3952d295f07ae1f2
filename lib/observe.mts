// The same for `import`.
export * from './observe.js';
