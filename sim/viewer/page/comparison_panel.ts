import type { ComparisonView } from '../protocol.js';
import { element, made } from './dom.js';

const heads = ['tool error, cm', 'mean', 'largest', 'Fréchet', 'jerk, rad/s³'];

/** A lesson beside replay, movement primitive and via points; null hides it. */
export function showComparison(comparison: ComparisonView | null): void {
  const table = element<HTMLTableElement>('comparison');
  table.hidden = !comparison;
  if (!comparison) return table.replaceChildren();
  const caption = made('caption', `${comparison.lesson}, against what was shown`);
  const head = made('tr');
  head.append(
    ...heads.map((text) => {
      const th = made('th', text);
      th.setAttribute('scope', 'col');
      return th;
    }),
  );
  const rows = comparison.motions.map((m) => {
    const row = made('tr');
    const name = made('th', m.method);
    name.setAttribute('scope', 'row');
    const values = [m.tcpErrorMeanM, m.tcpErrorMaxM, m.frechetM].map((metres) => (100 * metres).toFixed(2));
    row.append(name, ...[...values, m.jerkRmsRadPerS3.toFixed(1)].map((text) => made('td', text)));
    return row;
  });
  table.replaceChildren(caption, head, ...rows);
}
