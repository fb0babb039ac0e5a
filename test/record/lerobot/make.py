"""Writes a dataset in LeRobot's layout with two episodes of a five-axis arm: make.py FOLDER VERSION COMPRESSION.

Episode k: still for 0.5 s, then each joint j moves by 10 (j + 1) (k + 1) / 2 degrees as a minimum jerk in 2 s, still for 0.5 s; 30 Hz.
"""

import json
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

folder, version, compression = sys.argv[1:]
names = [f'{n}.pos' for n in ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll', 'gripper']]
fps = 30


def episode(k):
    rows = []
    for i in range(3 * fps + 1):
        x = min(1, max(0, (i / fps - 0.5) / 2))
        s = x**3 * (10 - 15 * x + 6 * x * x)
        state = [10 * (j + 1) * (k + 1) / 2 * s for j in range(5)] + [50.0]
        rows.append({'observation.state': state, 'action': state, 'timestamp': i / fps, 'frame_index': i,
                     'episode_index': k, 'index': i + k * (3 * fps + 1), 'task_index': 0})
    return rows


def write(path, rows, **columns):
    os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
    table = pa.Table.from_pylist(rows)
    for name in ['observation.state', 'action']:
        if name in table.column_names:
            # as LeRobot's own files have them
            kind = pa.list_(pa.float32(), 6) if version == 'v3.0' else pa.list_(pa.float32())
            table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
    pq.write_table(table, os.path.join(folder, path), compression=compression)


vector = {'dtype': 'float32', 'shape': [6], 'names': names if version == 'v3.0' else {'motors': names}}
scalar = {'dtype': 'int64', 'shape': [1], 'names': None}
path = ('data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet' if version == 'v3.0'
        else 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet')
if version == 'v3.0':
    write('data/chunk-000/file-000.parquet', episode(0) + episode(1))
    write('meta/episodes/chunk-000/file-000.parquet',
          [{'episode_index': k, 'data/chunk_index': 0, 'data/file_index': 0, 'length': 91} for k in range(2)])
else:
    for k in range(2):
        write(f'data/chunk-000/episode_{k:06d}.parquet', episode(k))
os.makedirs(os.path.join(folder, 'meta'), exist_ok=True)
with open(os.path.join(folder, 'meta', 'info.json'), 'w') as f:
    json.dump({'codebase_version': version, 'robot_type': 'so101_follower', 'total_episodes': 2, 'total_frames': 182,
               'chunks_size': 1000, 'fps': fps, 'data_path': path, 'video_path': None,
               'features': {'observation.state': vector, 'action': vector, 'episode_index': scalar}}, f, indent=2)
print('null')
