import { skillsFolder } from '../../skills/folder.js';
import {
  describeSkill,
  exportSkill,
  forgetSkill,
  listSkills,
  renameSkill,
  type SkillSummary,
} from '../../skills/library.js';
import { table, writeResult } from '../output.js';

interface Options {
  directory?: string;
  json?: string;
}

const when = (s: number | null): string =>
  s === null ? '' : new Date(1000 * s).toISOString().slice(0, 16).replace('T', ' ');

/** `skills list` */
export function list(options: Options): void {
  const found = listSkills(skillsFolder(options.directory));
  const rows = found.skills.map((s) => [
    s.name,
    s.joints.join(' '),
    s.durationS.toFixed(2),
    (100 * s.tcpErrorMeanM).toFixed(2),
    s.backend,
    when(s.savedAtS),
    s.weights,
  ]);
  const text = [
    rows.length
      ? table([['skill', 'joints', 'duration, s', 'error, cm', 'backend', 'saved (UTC)', 'weights'], ...rows])
      : 'no skills yet',
    ...found.damaged.map((d) => `damaged: ${d.name}: ${d.reason}`),
  ].join('\n');
  writeResult(options.json, found, text);
}

/** `skills show NAME` */
export function show(name: string, options: Options): void {
  const skill: SkillSummary = describeSkill(skillsFolder(options.directory), name);
  const rows = [
    ['skill', skill.name],
    ['joints', skill.joints.join(', ')],
    ['duration', `${skill.durationS.toFixed(2)} s`],
    ['lessons', String(skill.lessons)],
    ['mean error when taught', `${(100 * skill.tcpErrorMeanM).toFixed(2)} cm`],
    ['backend', skill.backend],
    ['updates', String(skill.updates)],
    ['saved', when(skill.savedAtS)],
    [
      'age of its devices',
      skill.savedAtS === null ? '' : `${Math.max(0, Date.now() / 1000 - skill.savedAtS).toFixed(0)} s`,
    ],
    ['weights', `${skill.weights} (${skill.weightsSha256.slice(0, 16)}...)`],
    ['profile', skill.profile],
  ];
  writeResult(
    options.json,
    skill,
    rows.map(([key, value]) => `${key.padEnd(24)}${value}`.trimEnd()).join('\n'),
  );
}

/** `skills rename NAME NEW-NAME` */
export function rename(name: string, to: string, options: Options): void {
  renameSkill(skillsFolder(options.directory), name, to);
  writeResult(options.json, { name: to }, `${name} is now ${to}`);
}

/** `skills export NAME --out FOLDER` */
export function copy(name: string, options: Options & { out: string }): void {
  const path = exportSkill(skillsFolder(options.directory), name, options.out);
  writeResult(options.json, { path }, path);
}

/** `skills forget NAME` */
export function forget(name: string, options: Options): void {
  forgetSkill(skillsFolder(options.directory), name);
  writeResult(options.json, { name }, `${name} is forgotten`);
}
