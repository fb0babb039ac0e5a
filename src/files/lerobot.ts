import { existsSync, readdirSync } from 'node:fs';
import { join, relative, isAbsolute } from 'node:path';
import { decompress } from 'fzstd';
import { z } from 'zod';
import type { JointSamples } from '../arm/demonstration/demonstration.js';
import { InputError, reject } from '../input_error.js';
import { readBytes, readJson } from './json_file.js';
import { parseWith } from './validate.js';

/** Names of a feature's columns: a list, or groups of lists ({"motors": [...]}). */
const columnNames = z
  .union([z.array(z.string()), z.record(z.string(), z.array(z.string()))])
  .nullish()
  .transform((names) => (Array.isArray(names) ? names : Object.values(names ?? {}).flat()));

const infoSchema = z.looseObject({
  codebase_version: z.enum(['v2.0', 'v2.1', 'v3.0']),
  total_episodes: z.int().min(0),
  chunks_size: z.int().min(1).default(1000),
  fps: z.number().positive(),
  data_path: z.string(),
  features: z.record(
    z.string(),
    z.looseObject({ dtype: z.string(), shape: z.array(z.int()), names: columnNames.catch([]) }),
  ),
});
type Info = z.output<typeof infoSchema>;

/** Largest Parquet file that is read at all. */
const limitBytes = 2 ** 30;
/** No joint's angle is this large, rad. */
const mostTurnsRad = 8 * Math.PI;

/** What of a dataset is read. */
export interface EpisodeChoice {
  episode: number;
  /** Feature that holds the joints' positions. */
  feature: string;
  /** Of its values; degrees become rad. */
  unit: 'rad' | 'deg';
  /** Names of its columns; left out: the dataset's own. */
  names?: readonly string[];
}

type Row = Record<string, unknown>;

/** True for the folder of a LeRobot dataset. */
export function isLeRobot(path: string): boolean {
  return existsSync(join(path, 'meta', 'info.json'));
}

/**
 * Joint positions of one episode of a LeRobot dataset (v2.0, v2.1: a Parquet file an episode; v3.0: files of many). A joint's name
 * is its column's without ".pos". @throws InputError naming file and field.
 */
export async function readLeRobotEpisode(
  folder: string,
  { episode, feature, unit, names: given }: EpisodeChoice,
): Promise<JointSamples & { version: string; fps: number }> {
  const path = join(folder, 'meta', 'info.json');
  const info = parseWith(infoSchema, readJson(path), path);
  const { dtype, shape, names: own } = columnsOf(info, feature, path);
  const names = given ?? own;
  if (!/^float/.test(dtype) || shape.length !== 1 || names.length !== shape[0])
    throw new InputError(
      {
        code: 'wrong-feature',
        field: `features.${feature}`,
        expected: 'a vector of floats with a name for each',
        received: `${dtype} of shape ${JSON.stringify(shape)}, ${names.length} names`,
      },
      path,
    );
  if (episode >= info.total_episodes)
    reject('no-episode', '--episode', `0 to ${info.total_episodes - 1}`, episode);
  const file = await dataFile(folder, info, episode);
  const rows = (await rowsOf(file, [feature, 'timestamp', 'episode_index'])).filter(
    (row) => Number(row.episode_index) === episode,
  );
  if (rows.length === 0) fault(file, 'episode_index', `rows of episode ${episode}`, 'none');
  const scale = unit === 'deg' ? Math.PI / 180 : 1;
  for (const row of rows)
    for (const q of row[feature] as ArrayLike<number> & Iterable<number>)
      if (Math.abs(scale * q) > mostTurnsRad)
        fault(file, feature, `angles in ${unit}`, `${q}${unit === 'rad' ? ' (in degrees? --unit deg)' : ''}`);
  return {
    version: info.codebase_version,
    fps: info.fps,
    joints: names.map((name) => name.replace(/\.pos$/, '')),
    timesS: rows.map((row) => Number(row.timestamp)),
    positions: rows.map((row) => Float64Array.from(row[feature] as ArrayLike<number>, (q) => scale * q)),
  };
}

function columnsOf({ features }: Info, feature: string, path: string): Info['features'][string] {
  if (Object.hasOwn(features, feature)) return features[feature];
  const vectors = Object.keys(features).filter((name) => /^float/.test(features[name].dtype));
  throw new InputError(
    { code: 'no-feature', field: '--feature', expected: `one of ${vectors.join(', ')}`, received: feature },
    path,
  );
}

/** The Parquet file that an episode is in. */
async function dataFile(folder: string, info: Info, episode: number): Promise<string> {
  const where: Record<string, number> = {
    episode_index: episode,
    episode_chunk: Math.floor(episode / info.chunks_size),
  };
  if (info.codebase_version === 'v3.0') {
    const columns = ['episode_index', 'data/chunk_index', 'data/file_index'];
    const row = await episodeRow(join(folder, 'meta', 'episodes'), columns, episode);
    where.chunk_index = Number(row['data/chunk_index']);
    where.file_index = Number(row['data/file_index']);
  }
  const named = info.data_path.replaceAll(/\{(\w+)(?::0(\d)d)?\}/g, (_, name: string, width?: string) =>
    String(
      where[name] ?? reject('unknown-field', 'data_path', `one of ${Object.keys(where).join(', ')}`, name),
    ) //
      .padStart(Number(width ?? 0), '0'),
  );
  const path = join(folder, named);
  const inside = relative(folder, path);
  if (inside.startsWith('..') || isAbsolute(inside))
    reject('outside', 'data_path', 'a file in the dataset', info.data_path);
  return path;
}

/** The row of an episode in the files of meta/episodes. */
async function episodeRow(folder: string, columns: string[], episode: number): Promise<Row> {
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'))
    : [];
  for (const name of files.sort()) {
    const row = (await rowsOf(join(folder, name), columns)).find((r) => Number(r.episode_index) === episode);
    if (row) return row;
  }
  return fault(folder, 'episode_index', `a row of episode ${episode} in its .parquet files`, 'none');
}

/** Columns of a Parquet file (snappy, zstd or not compressed), as rows. */
async function rowsOf(path: string, columns: string[]): Promise<Row[]> {
  if (!existsSync(path)) fault(path, 'file', 'a Parquet file', 'no such file');
  // an ES module, and only this needs it
  const { parquetMetadata, parquetReadObjects, parquetSchema } = await import('hyparquet');
  try {
    const bytes = readBytes(path, limitBytes);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const metadata = parquetMetadata(file);
    const there = parquetSchema(metadata).children.map(({ element }) => element.name);
    const missing = columns.find((name) => !there.includes(name));
    if (missing) fault(path, 'columns', `${missing} among them`, there.join(', '));
    return await parquetReadObjects({
      file,
      metadata,
      columns,
      compressors: { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) },
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    return fault(path, 'content', 'a Parquet file', (error as Error).message.split('\n')[0].slice(0, 120));
  }
}

function fault(path: string, field: string, expected: string, received: string): never {
  throw new InputError({ code: 'wrong-dataset', field, expected, received }, path);
}
