import type { Scores } from '../../arm/preview/preview.js';
import { table } from '../output.js';

/** Errors before and after a lesson (predicted) and of its performance (measured), as people read them. */
export function errorTable(
  before: Pick<Scores, 'tcpErrorMeanM' | 'velocityRmseRadPerS'>,
  after: Scores,
  executed: (Scores & { delayS: number; deviationM: number }) | null,
  joints: readonly string[],
): string {
  const cm = (m?: number): string => (m === undefined ? '-' : `${(100 * m).toFixed(2)} cm`);
  const rmse = (r?: number): string => (r === undefined ? '-' : `${r.toFixed(3)} rad/s`);
  return table([
    ['', 'before', 'after', 'executed'],
    [
      'mean tool-centre-point error',
      cm(before.tcpErrorMeanM),
      cm(after.tcpErrorMeanM),
      cm(executed?.tcpErrorMeanM),
    ],
    ['largest', '', cm(after.tcpErrorMaxM), cm(executed?.tcpErrorMaxM)],
    ['off what was predicted', '', '', cm(executed?.deviationM)],
    ['delay behind the command', '', '', executed ? `${Math.round(1000 * executed.delayS)} ms` : '-'],
    ...joints.map((joint, j) => [
      `velocity RMSE, ${joint}`,
      rmse(before.velocityRmseRadPerS[j]),
      rmse(after.velocityRmseRadPerS[j]),
      rmse(executed?.velocityRmseRadPerS[j]),
    ]),
  ]);
}
