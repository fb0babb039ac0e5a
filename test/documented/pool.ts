/** Runs tasks in their order, so many at a time; each one's result. A failed one holds nothing up. */
export function pool<T>(atATime: number, tasks: readonly (() => Promise<T>)[]): Promise<T>[] {
  const waiting: (() => void)[] = [];
  let free = atATime;
  const run = async (task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
  return tasks.map((task) => {
    const result = run(task);
    result.catch(() => {}); // whoever awaits it hears of it
    return result;
  });
}
