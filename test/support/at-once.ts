/**
 * Starts `run` for each of the items, so many at once, in their order. Meant for
 * `before()`: each test then awaits its own, and fails alone.
 *
 * @returns by item, what `run` promises
 */
export function startAll<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item) => Promise<Result>,
): Map<Item, Promise<Result>> {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  const turn = async (): Promise<void> => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const endTurn = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return new Map(
    items.map((item) => {
      const result = turn().then(() => run(item)).finally(endTurn);
      // The test that awaits it tells.
      result.catch(() => undefined);
      return [item, result];
    }),
  );
}
