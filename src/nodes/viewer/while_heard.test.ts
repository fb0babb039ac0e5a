import { SILENT_S, whileHeard } from './while_heard';

/** A clock that runs with jest's timers, and somebody who is heard until some time. */
function heardUntil(endS: number) {
  const nowS = (): number => Date.now() / 1000;
  const startS = nowS();
  return { nowS, ageS: () => Math.max(0.1, nowS() - startS - endS) };
}
const after = <T>(seconds: number, value: T) =>
  new Promise<T>((resolve) => setTimeout(() => resolve(value), 1000 * seconds));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('an answer that takes long is waited for as long as its giver is heard', async () => {
  const answer = whileHeard('memory', () => after(40, 'cells'), heardUntil(60));
  await jest.advanceTimersByTimeAsync(41_000);
  await expect(answer).resolves.toBe('cells');
  expect(jest.getTimerCount()).toBe(0);
});

test('who falls silent is given up, told in words, and asked no longer', async () => {
  let signal: AbortSignal | undefined;
  const asked = (s: AbortSignal) => ((signal = s), after(1000, 'late'));
  const answer = whileHeard('memory', asked, heardUntil(10));
  const outcome = expect(answer).rejects.toThrow('memory did not answer, and is not heard any more for 3 s');
  await jest.advanceTimersByTimeAsync(1000 * (9.9 + SILENT_S));
  expect(signal?.aborted).toBe(false);
  await jest.advanceTimersByTimeAsync(300);
  await outcome;
  expect(signal?.aborted).toBe(true);
});

test('who was never heard, or not lately, has as long as silence may last; an answer that fails is told as it is', async () => {
  const never = { nowS: () => Date.now() / 1000, ageS: () => null };
  const early = whileHeard('stop', () => after(2, 'done'), never);
  await jest.advanceTimersByTimeAsync(2100);
  await expect(early).resolves.toBe('done');
  const late = expect(whileHeard('stop', () => after(9, 'done'), never)).rejects.toThrow(
    /stop did not answer/,
  );
  await jest.advanceTimersByTimeAsync(3200);
  await late;
  const failing = whileHeard('stop', () => Promise.reject(new Error('busy')), heardUntil(10));
  await expect(failing).rejects.toThrow(/^busy$/);
});
