// The same for `import`.
export * from './fastify.js';
