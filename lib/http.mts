// The same for `import`.
export * from './http.js';
