import { join, parse } from 'node:path';
import { readArm } from '../../files/arms.js';
import { packageRoot } from '../../files/models.js';
import { readTargetFile } from '../../files/target_file.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import { lessonsOf } from '../../lesson/sequence.js';
import { shutdown } from '../../ros/index.js';
import { middleware } from '../../ros/middleware.js';
import { Failure } from '../command.js';
import { writeResult } from '../output.js';
import { errorTable } from '../teach/error_table.js';
import { lessonWasGiven } from '../teach/lesson_message.js';
import { DemoClient } from './client.js';
import { graphMembers, type DemoOptions } from './graph.js';
import { ProcessGroup } from './process_group.js';
import { demoReport } from './report.js';

/** Longest time for the graph to come up, s. */
const startLimitS = 30;

/** `demo`: starts the graph, gives one lesson, measures its performance; stays up unless --once. */
export async function demo(options: DemoOptions): Promise<void> {
  const arm = readArm(options);
  const { profile } = arm;
  const path = options.target ?? join(packageRoot(), arm.example ?? 'examples/ramp.json');
  const file = readTargetFile(path, profile);
  const { manifest: weights, weights: network } = readWeightsFor(arm, options.weights);
  const sequence = lessonsOf(file.target, profile, network.config, path);
  const target = sequence.whole;

  process.env.ROS_AUTOMATIC_DISCOVERY_RANGE ??= 'LOCALHOST';
  const domainId = Number(process.env.ROS_DOMAIN_ID || 0);
  say(
    `ROS 2 ${process.env.ROS_DISTRO ?? ''}, domain ${domainId}, discovery range ${process.env.ROS_AUTOMATIC_DISCOVERY_RANGE}`,
  );
  const viewerUrls: string[] = [];
  const group = new ProcessGroup((name, line) => {
    const url = name === 'viewer' && /https?:\/\/\S+/.exec(line)?.[0];
    if (url) viewerUrls.push(url);
    if (process.env.ONESHOT_ARM_DEBUG || /\[(WARN|ERROR|FATAL)\]|^\w*Error:/.test(line))
      say(`${name}: ${line}`);
  });
  process.on('exit', () => group.kill());
  const client = await DemoClient.start(profile);
  client.node.onStop(() => group.stop(700));
  for (const { name, command, args } of graphMembers(options, weights, arm))
    group.start(name, command, args, process.env);

  const watched = <T>(work: Promise<T>): Promise<T> => Promise.race([work, group.failure]);
  let exitCode = 0;
  try {
    await watched(until(() => client.missing()));
    requireAlone(client, domainId);
    const { lesson, message, success } = await watched(client.teach(file.target, parse(path).name, say));
    if (!lessonWasGiven(lesson)) throw new Failure(`the lesson failed: ${message}`);
    if (options.viewer) await watched(until(() => (viewerUrls.length > 0 ? [] : ["the viewer's address"])));
    const report = demoReport({
      lesson,
      seed: options.seed,
      weights,
      file,
      sequence,
      profile,
      ros: {
        distro: process.env.ROS_DISTRO ?? 'unknown',
        rmw: middleware(),
        domainId,
        nodes: client.nodes(),
      },
    });
    writeResult(
      options.json,
      report,
      errorTable(report.before, report.after, report.executed, target.joints),
    );
    if (!success)
      throw new Failure(
        `the motion was not performed${lesson.was_executed ? ' as predicted' : ''}: ${message}`,
      );
    if (!options.once && viewerUrls.length > 0) say(`see the arm, and move it: ${viewerUrls.at(-1)}`);
    if (!options.once) {
      say(`up until Ctrl-C; teach it more over ROS (README.md tells how) in domain ${domainId}`);
      await watched(client.node.done);
    }
  } catch (error) {
    say(`demo: ${(error as Error).message}`);
    exitCode = 1;
  }
  await shutdown(exitCode);
}

/** @throws Failure where another graph with nodes of the same names is up in this domain: it would move, too. */
function requireAlone(client: DemoClient, domainId: number): void {
  const nodes = client.nodes();
  const twice = nodes.find((name, i) => nodes.indexOf(name) !== i);
  if (twice !== undefined)
    throw new Failure(
      `${twice} is already running in ROS domain ${domainId}; end it, or choose another domain: ROS_DOMAIN_ID=${(domainId + 1) % 102} oneshot-arm demo`,
    );
}

/** Waits until nothing is missing. */
async function until(missing: () => string[]): Promise<void> {
  const deadline = Date.now() + 1000 * startLimitS;
  for (let lacking = missing(); lacking.length > 0; lacking = missing()) {
    if (Date.now() > deadline)
      throw new Failure(
        `not there after ${startLimitS} s: ${lacking.join(', ')} (more with ONESHOT_ARM_DEBUG=1)`,
      );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** To people: standard error, so that --json - stays clean. */
function say(text: string): void {
  console.error(text);
}
