// An Express application with a toy login, and the profiler's pages for one user:
//
//   node examples/express.mjs
//
// Log in as ada, and go to /ox_profile.

// First, so that it knows all code from its beginning.
import { SimpleLauncher } from 'ox-profile';
import { oxProfile } from 'ox-profile/express';

import process from 'node:process';

import express from 'express';

const launcher = new SimpleLauncher();
launcher.start();
const profiler = oxProfile(launcher, { users: ['ada'] });

const app = express();
app.use(profiler.measure);
app.use(express.urlencoded({ extended: false }));

// A toy: everybody is who they say they are.
app.use((req, res, next) => {
  const [, name] = /(?:^|; )user=(\w+)/.exec(req.headers.cookie ?? '') ?? [];
  if (name !== undefined) req.user = { name };
  next();
});
app.post('/login', (req, res) => {
  const name = String(req.body?.name).replace(/\W/g, '');
  res.cookie('user', name, { httpOnly: true, sameSite: 'lax' }).redirect('/');
});

app.use(profiler);

app.get('/', (req, res) => {
  res.send(`<!doctype html><meta charset="utf-8"><title>A toy</title>
<p>You are ${req.user?.name ?? 'nobody'}.
<form method="post" action="/login"><input name="name" value="ada"> <button>Log in</button></form>
<p><a href="/primes/100000">Primes</a> <a href="/ox_profile/">Profiler</a>`);
});

function isPrime(number) {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false;
  }
  return number > 1;
}

function countPrimes(upTo) {
  let count = 0;
  for (let number = 0; number <= upTo; number++) if (isPrime(number)) count++;
  return count;
}

app.get('/primes/:upTo', function primes(req, res) {
  const upTo = Math.min(Number(req.params.upTo) || 0, 1e6);
  res.json({ upTo, count: countPrimes(upTo) });
});

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
