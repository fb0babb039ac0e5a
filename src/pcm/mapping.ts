/** Rows and columns of a core. */
export const coreSize = 256;
/** Devices of a unit cell: two for each sign. */
export const devicesPerCell = 4;

/** A part of a matrix that lies on one core. */
export interface Tile {
  row: number;
  column: number;
  rows: number;
  columns: number;
}

/** Cuts rows x columns into the fewest tiles that fit cores, of nearly equal size; outputs of row tiles are added digitally. */
export function tiles(rows: number, columns: number, size = coreSize): Tile[] {
  const cut = (length: number): [at: number, length: number][] => {
    const parts = Math.ceil(length / size);
    return Array.from({ length: parts }, (_, k) => {
      const at = Math.round((k * length) / parts);
      return [at, Math.round(((k + 1) * length) / parts) - at];
    });
  };
  return cut(rows).flatMap(([row, r]) =>
    cut(columns).map(([column, c]) => ({ row, column, rows: r, columns: c })),
  );
}
