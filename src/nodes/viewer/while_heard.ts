/** Whoever is not heard for so long gives no answer any more, s. */
export const SILENT_S = 3;
/** An answer that did not come by then was lost, s. */
const LONGEST_S = 600;

/** What waiting needs: seconds since whoever answers was heard (null: never), and a clock, s. */
interface Listening {
  ageS: () => number | null;
  nowS: () => number;
}

/**
 * Waits for an answer as long as whoever gives it is heard: work may take long, silence may not. Who has not been heard since it
 * was asked is waited for as long as silence may last.
 * @param ask given a signal that ends the waiting. @throws Error in words where there was silence for SILENT_S.
 */
export async function whileHeard<T>(
  name: string,
  ask: (signal: AbortSignal) => Promise<T>,
  { ageS, nowS }: Listening,
): Promise<T> {
  const ended = new AbortController();
  const askedS = nowS();
  let why = '';
  let looks = 0;
  let watch: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, fail) => {
    watch = setInterval(() => {
      const waitedS = nowS() - askedS;
      const silentS = Math.min(waitedS, ageS() ?? Infinity);
      // a second look: what was said while this process was held up is still to be heard
      looks = silentS < SILENT_S ? 0 : looks + 1;
      if (looks < 2 && waitedS < LONGEST_S) return;
      why = `${name} did not answer${silentS < SILENT_S ? ` within ${LONGEST_S}` : `, and is not heard any more for ${silentS.toFixed(0)}`} s`;
      ended.abort();
      fail(new Error(why));
    }, 100);
  });
  try {
    return await Promise.race([ask(ended.signal), silence]);
  } catch (error) {
    throw why ? new Error(why) : error;
  } finally {
    clearInterval(watch);
  }
}
