import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { baseCommand } from '../command.js';

/** `doctor`: what was found on this machine, and what each missing part disables. Exit 1 where the demo cannot run. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand(
      'doctor',
      'what was found on this machine, and what each missing part disables (exit 1 where the demo cannot run)',
      'oneshot-arm doctor --json -',
    ).action(async (options: { json?: string }) => {
      const { packageRoot } = await import('../../files/ros_environment.js');
      const { computingFindings, hasWasmSimd } = await import('../doctor/computing.js');
      const { programFindings } = await import('../doctor/programs.js');
      const { rosFindings } = await import('../doctor/ros.js');
      const { report } = await import('../doctor/finding.js');
      const { writeResult } = await import('../output.js');
      const root = packageRoot();
      const [computing, ros, programs] = await Promise.all([
        computingFindings(root),
        rosFindings(root),
        programFindings(),
      ]);
      const findings = [...computing, ...ros.findings, ...programs];
      const ok = findings.every((f) => f.found || !f.required);
      const json = {
        ok,
        node: process.version,
        ros: ros.facts,
        wasmSimd: hasWasmSimd(),
        cores: availableParallelism(),
        findings,
      };
      writeResult(options.json, json, report(findings));
      if (!ok) process.exitCode = 1;
    }),
  );
}
