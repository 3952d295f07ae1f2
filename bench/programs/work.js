'use strict';

const { randomSource } = require('./child.js');

/*
 * Work as a server does it: JSON, strings, a parser, sorting, maps, many small
 * calls. It is the same in every run, and says so by its checksum.
 */

const random = randomSource(5);
const words = Array.from({ length: 500 }, (_, i) => `word${Math.floor(random() * 1e6)}x${i}`);
const pick = () => words[Math.floor(random() * words.length)];
const orders = Array.from({ length: 400 }, (_, id) => ({
  id,
  customer: `${pick()} ${pick()}`,
  lines: Array.from({ length: 1 + (id % 7) }, () => ({
    article: pick(),
    price: Math.round(random() * 10_000) / 100,
    count: 1 + Math.floor(random() * 9),
  })),
}));
const formulas = Array.from({ length: 100 }, () =>
  Array.from({ length: 20 }, () => `(${Math.floor(random() * 100)} + x * ${pick().length})`).join(
    ' - ',
  ),
);

function hash(text) {
  let sum = 17;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
  return sum;
}

function throughJson() {
  const copy = JSON.parse(JSON.stringify(orders));
  return copy.reduce((sum, order) => sum + order.lines.length, 0);
}

function escape(text) {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function renderLine({ article, price, count }) {
  return `<tr><td>${escape(article)}</td><td>${(price * count).toFixed(2)}</td></tr>`;
}

function renderOrder({ customer, lines }) {
  return `<h2>${escape(customer)}</h2><table>${lines.map(renderLine).join('')}</table>`;
}

function render() {
  return hash(orders.map(renderOrder).join('\n'));
}

function* tokens(text) {
  for (const [token] of text.matchAll(/\d+|[a-z]+|[-+*()]/g)) yield token;
}

/** A recursive descent over sums, products, numbers, `x` and parentheses. */
class Parser {
  constructor(text) {
    this.tokens = [...tokens(text)];
    this.at = 0;
  }

  sum() {
    let left = this.product();
    while (this.tokens[this.at] === '+' || this.tokens[this.at] === '-') {
      left = { operator: this.tokens[this.at++], left, right: this.product() };
    }
    return left;
  }

  product() {
    let left = this.atom();
    while (this.tokens[this.at] === '*') {
      left = { operator: this.tokens[this.at++], left, right: this.atom() };
    }
    return left;
  }

  atom() {
    const token = this.tokens[this.at++];
    if (token !== '(') return token === 'x' ? { variable: token } : { number: Number(token) };
    const inner = this.sum();
    this.at++;
    return inner;
  }
}

function evaluate(node, x) {
  if (node.variable !== undefined) return x;
  if (node.number !== undefined) return node.number;
  const left = evaluate(node.left, x);
  const right = evaluate(node.right, x);
  return node.operator === '+' ? left + right : node.operator === '-' ? left - right : left * right;
}

function compute() {
  let sum = 0;
  for (const formula of formulas) {
    const tree = new Parser(formula).sum();
    for (let x = 0; x < 20; x++) sum = (sum + evaluate(tree, x)) | 0;
  }
  return sum;
}

function sort() {
  const sorted = orders
    .flatMap((order) => order.lines.map((line) => ({ id: order.id, ...line })))
    .sort((a, b) => a.price - b.price || (a.article < b.article ? -1 : 1));
  return hash(sorted.slice(0, 50).map((line) => line.article).join());
}

function group() {
  const totals = new Map();
  for (const { lines } of orders) {
    for (const { article, price, count } of lines) {
      totals.set(article, (totals.get(article) ?? 0) + price * count);
    }
  }
  return Math.round([...totals.values()].reduce((sum, total) => sum + total, 0));
}

function round(sum) {
  return [throughJson, render, compute, sort, group].reduce((all, part) => all * 31 + part(), sum) | 0;
}

/** @returns the checksum of so many rounds of work */
function work(rounds) {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = round(sum);
  return sum;
}

module.exports = { work };
