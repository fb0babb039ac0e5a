import { reject } from '../input_error.js';
import type { RosNode } from '../ros/index.js';
import { type armParameters, describedByTopic } from './arm_parameters.js';

/** The robot description as topic robot_description has it, where parameters name no arm. */
export class DescriptionTopic {
  private heard = '';
  private readonly wanted: boolean;

  constructor(private readonly node: RosNode<typeof armParameters>) {
    this.wanted = describedByTopic(node.parameters.all());
    if (this.wanted)
      node.subscribe<{ data: string }>('std_msgs/msg/String', 'robot_description', 'latched', ({ data }) => {
        this.heard = data;
      });
  }

  /** Until it is heard or parameter robot_description_timeout_s is over. */
  async wait(): Promise<void> {
    const timeoutS = this.node.parameters.get('robot_description_timeout_s');
    if (this.wanted) await this.node.until(() => this.heard !== '', timeoutS);
  }

  /** The newest description; empty where none is wanted. @throws InputError where none was heard. */
  text(): string {
    if (this.wanted && !this.heard)
      reject(
        'not-heard',
        'robot_description',
        `a description on topic ${this.topic()} within ${this.node.parameters.get('robot_description_timeout_s')} s (robot_state_publisher gives it), or parameter arm or robot_description_file`,
        'none',
      );
    return this.heard;
  }

  private topic(): string {
    const namespace = this.node.rcl.namespace();
    return `${namespace === '/' ? '' : namespace}/robot_description`;
  }
}

/** The description for a node that reads it once, at its start. @throws InputError where it is wanted and not heard. */
export async function heardDescription(node: RosNode<typeof armParameters>): Promise<string> {
  const topic = new DescriptionTopic(node);
  await topic.wait();
  return topic.text();
}
