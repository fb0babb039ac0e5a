import type { Command } from 'commander';
import { reject } from '../../input_error.js';
import type { Family } from '../../training/motor/families.js';
import {
  armOptions,
  backendOptions,
  baseCommand,
  choiceOption,
  integerOption,
  rehearseOption,
  type ArmOptions,
} from '../command.js';
import { jobOptions } from '../jobs/options.js';
import type { EvaluateMotorOptions } from './run_motor.js';

/** Adds `evaluate motor` to `evaluate`. */
export function register(evaluate: Command): void {
  evaluate.addCommand(
    jobOptions(
      armOptions(
        rehearseOption(
          backendOptions(
            baseCommand(
              'motor',
              'mean tool-centre-point error of one-shot lessons over many targets',
              'oneshot-arm evaluate motor --targets 200 --clean',
            ),
          ),
        ),
      ),
    )
      .option('--targets <n>', 'how many targets', integerOption(1, 1_000_000), 200)
      .option(
        '--family <name>',
        "brownian (the paper's), unclipped (the same off the joint limits) or diverse (every kind of motion in equal shares)",
        choiceOption<Family>('brownian', 'unclipped', 'diverse'),
        'brownian',
      )
      .option('--clean', 'only targets with no joint clipped and every coordinate within -1..1 m', false)
      .option(
        '--steps <n>',
        "of a trial: the same motions and weights on shorter or longer steps (default: the weights' own)",
        integerOption(50, 10_000),
      )
      .option(
        '--renew',
        "pcm: after --read-after write the readout's columns again, and recall 32 s later",
        false,
      )
      .option('--plot <file>', 'write the distribution of errors (.svg or .png)')
      .action(async (options: EvaluateMotorOptions & ArmOptions) => {
        if (options.renew && options.backend !== 'pcm')
          reject(
            'needs-pcm',
            '--renew',
            '--backend pcm beside it (it is about its devices)',
            'backend software',
          );
        if (options.renew && options.arm !== undefined)
          reject('not-with-arm', '--renew', 'no --arm beside it', `--arm ${options.arm}`);
        if (options.arm !== undefined) {
          const { evaluateArm } = await import('./run_arm.js');
          return evaluateArm(options);
        }
        const { evaluateMotor } = await import('./run_motor.js');
        await evaluateMotor(options);
      }),
  );
}
