import type { InspectMemoryRequest, InspectMemoryResponse } from '../../ros/index.js';
import type { LessonBook } from './lesson_book.js';

/** Answers ~/memory. @throws InputError: no lesson, no memory, a bad age. */
export async function inspectMemory(
  book: LessonBook,
  request: InspectMemoryRequest,
): Promise<InspectMemoryResponse> {
  const { cores, tcpErrorMeanM, path } = await book.memory({
    ageS: request.age_s,
    compensated: request.compensated,
    readNoise: request.read_noise,
    mostRows: request.most_rows,
  });
  return {
    success: true,
    message: `tool-centre-point error ${(100 * tcpErrorMeanM).toFixed(2)} cm`,
    cores: cores.map((core) => ({
      rows: core.rows,
      columns: core.columns,
      row_stride: core.rowStride,
      column_stride: core.columnStride,
      target: core.target,
      conductance: core.conductance,
    })),
    tcp_error_mean_m: tcpErrorMeanM,
    path_m: path,
  };
}
