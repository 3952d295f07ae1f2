// The same for `import`.
export * from './express.js';
