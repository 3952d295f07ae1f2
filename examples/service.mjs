// A small real service: renders the Markdown documents of a folder as HTML, with
// its code highlighted. Nothing is cached, so each request is work.

import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

import highlighter from 'highlight.js';
import { Marked } from 'marked';

const marked = new Marked({
  renderer: {
    code({ text, lang }) {
      const { value } = highlighter.getLanguage(lang ?? '')
        ? highlighter.highlight(text, { language: lang })
        : highlighter.highlightAuto(text);
      return `<pre><code>${value}</code></pre>\n`;
    },
  },
});

/** The Markdown files of the folders, by the path they are served under. */
async function findDocuments(root, folders) {
  const documents = new Map();
  for (const folder of folders) {
    for (const name of await readdir(join(root, folder))) {
      if (name.endsWith('.md')) documents.set(`/${join(folder, name)}`, join(root, folder, name));
    }
  }
  return documents;
}

function page(title, body) {
  return `<!doctype html><meta charset="utf-8"><title>${title}</title>${body}`;
}

/** A server that is not yet listening, and the paths it serves. */
export async function createService(root, folders = ['.', 'docs', 'prebuilds']) {
  const documents = await findDocuments(root, folders);

  async function serve(request, response) {
    const file = documents.get(request.url);
    if (file === undefined) {
      response.writeHead(404).end('not found\n');
      return;
    }
    const html = marked.parse(await readFile(file, 'utf8'));
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page(request.url, html));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error) => {
      response.writeHead(500).end(`${error.message}\n`);
    });
  });
  return { server, paths: [...documents.keys()] };
}
