// The same for `import`.
export * from './koa.js';
