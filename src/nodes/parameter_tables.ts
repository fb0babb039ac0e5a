/** The parameters of every node, and their document: docs/parameters.md is generated from the tables that the nodes declare. */
import { parameterDescription, type ParameterSpec, type ParameterTable } from '../ros/parameters.js';
import { simulatorParameters } from './arm_simulator/parameters.js';
import { parameterTable as classifierParameters } from './character_classifier/parameters.js';
import { driverParameters } from './edscorbot_driver/parameters.js';
import { emulatorParameters } from './edscorbot_emulator/parameters.js';
import { parameterTable as learnerParameters } from './motor_learner/parameters.js';
import { parameterTable as teleopParameters } from './teleop/parameters.js';
import { guardParameters } from './velocity_guard/parameters.js';
import { viewerParameters } from './viewer/parameters.js';

/** Node -> its table; folder names of src/nodes. */
export const parameterTables: Readonly<Record<string, ParameterTable>> = {
  motor_learner: learnerParameters,
  arm_simulator: simulatorParameters,
  teleop: teleopParameters,
  character_classifier: classifierParameters,
  velocity_guard: guardParameters,
  edscorbot_driver: driverParameters,
  edscorbot_emulator: emulatorParameters,
  viewer: viewerParameters,
};

/** The document (Markdown). */
export function parametersDocument(): string {
  const sections = Object.entries(parameterTables).map(([node, table]) => {
    const rows = Object.entries(table).map(
      ([name, spec]) =>
        `| \`${name}\` | ${spec.type} | ${shownDefault(spec)} | ${cell(parameterDescription(spec))} | ${spec.readOnly ? 'at start' : 'at any time'} |`,
    );
    return [
      `## ${node}`,
      '',
      '| parameter | type | default | meaning | set |',
      '|---|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return `${[
    '# Parameters of every node',
    'Generated from the tables that the nodes declare (`npm run parameters`); `ros2 param describe NODE NAME` tells the same. A node refuses a value of another type or out of its range, and a parameter that it does not have. Where a double is expected a whole number will do (`approach_speed:=1`), at start.',
    ...sections,
  ].join('\n\n')}\n`;
}

function shownDefault(spec: ParameterSpec): string {
  if (typeof spec.default === 'string') return spec.default === '' ? 'empty' : `\`${spec.default}\``;
  if (Array.isArray(spec.default)) return spec.default.length ? `\`[${spec.default.join(', ')}]\`` : '`[]`';
  return `\`${String(spec.default)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
