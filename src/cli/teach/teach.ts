import { parse } from 'node:path';
import { readArm } from '../../files/arms.js';
import { readTargetFile } from '../../files/target_file.js';
import {
  ActionClient,
  RosNode,
  shutdown,
  type TeachFeedback,
  type TeachGoal,
  type TeachResult,
} from '../../ros/index.js';
import type { ArmOptions } from '../command.js';
import { writeResult } from '../output.js';
import { errorTable } from './error_table.js';
import { teachGoal } from '../../ros/teach_goal.js';
import { executedOf, lessonOf, lessonWasGiven } from './lesson_message.js';

/** Options of `teach`. */
export interface TeachOptions extends ArmOptions {
  execute: boolean;
  learner: string;
  updates: number;
  refine: number;
  wait: number;
  topic?: string;
  json?: string;
}

/** `teach`: sends a target to a running learner, tells the stages, reports. */
export async function teach(targetPath: string, options: TeachOptions): Promise<void> {
  const { profile } = readArm(options);
  const { target } = readTargetFile(targetPath, profile, options.topic);
  const node = await RosNode.start({ name: 'oneshot_arm_teach', argv: [], parameters: {} });
  let exitCode = 0;
  try {
    const action = `${options.learner.startsWith('/') ? '' : '/'}${options.learner}/teach`;
    const client = new ActionClient<TeachGoal, TeachResult, TeachFeedback>(
      node,
      'oneshot_arm_msgs/action/Teach',
      action,
    );
    await available(client, action, options.wait);
    let stage = '';
    const goal = teachGoal(target, profile, {
      name: parse(targetPath).name,
      execute: options.execute,
      updates: options.updates,
      refineSteps: options.refine,
    });
    const sent = client.send(goal, (feedback) => {
      if (feedback.stage !== stage) console.error((stage = feedback.stage));
    });
    let over = false;
    node.onStop(() => {
      if (!over) sent.cancel(); // Ctrl-C
    });
    const { end, result } = await sent.outcome;
    over = true;
    if (!result) throw new Error(`the lesson was ${end}`);
    const { lesson } = result;
    if (lessonWasGiven(lesson)) {
      const report = {
        ...lessonOf(lesson),
        executed: executedOf(lesson),
      };
      const joints = profile.joints.slice(0, profile.learned);
      writeResult(options.json, report, errorTable(report.before, report.after, report.executed, joints));
    }
    if (!result.success) throw new Error(`${result.message || end}`);
  } catch (error) {
    console.error(`teach: ${(error as Error).message}`);
    exitCode = 1;
  }
  await shutdown(exitCode);
}

async function available(client: { available: boolean }, action: string, limitS: number): Promise<void> {
  const deadline = Date.now() + 1000 * limitS;
  while (!client.available) {
    if (Date.now() > deadline)
      throw new Error(
        `no action ${action} in ROS domain ${process.env.ROS_DOMAIN_ID || 0} within ${limitS} s: is a motor_learner up (npm start)?`,
      );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
