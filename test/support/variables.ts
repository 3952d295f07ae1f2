/** A whole number below 2 ** 31 that the environment names; `otherwise` where it names none. */
export function numberFrom(variable: string, otherwise: number): number {
  const given = process.env[variable];
  if (given === undefined || given === '') return otherwise;
  const number = Number(given);
  if (/^\d{1,10}$/.test(given) && number < 2 ** 31) return number;
  throw new RangeError(`Expected a whole number below 2 ** 31 for ${variable} but received ${given}`);
}

/** The seed that the environment names, else a new one. */
export function seedFrom(variable: string): number {
  return numberFrom(variable, Math.floor(Math.random() * 1_000_000_000));
}
