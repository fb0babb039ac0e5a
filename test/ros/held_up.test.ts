/**
 * What holds a process up or kills it in the middle of a motion must not drive the arm back, nor on after it came to rest: seen by
 * an rclpy client in a process of its own.
 */
import { ArmStack, type Output, pause, position } from './arm_stack';
import { rosMissing } from './harness';

const describeRos = rosMissing() ? describe.skip : describe;
const outputs = (process.env.HELD_OUTPUTS?.split(' ') ?? ['topic', 'action', 'velocity']) as Output[];

/** Furthest that the servos give way, and that a joint moves that rests, rad. */
const backRad = 0.005;
const stillRad = 0.004;

describeRos.each(outputs)('held up or killed in the middle of a motion, output %s', (output) => {
  let stack: ArmStack;
  beforeAll(async () => {
    stack = await ArmStack.start(output);
  }, 180000);
  afterEach(() => {
    if (process.env.ONESHOT_ARM_DEBUG) console.log(stack?.said);
  });
  afterAll(async () => {
    await stack?.stop();
  }, 30000);

  test.each([0.3, 1, 5])(
    'the learner, for %d s',
    async (seconds) => {
      await stack.inTheMiddle();
      const motion = stack.watch();
      stack.learner.child.kill('SIGSTOP');
      await pause(seconds);
      stack.learner.child.kill('SIGCONT');
      await pause(0.2);
      await stack.ended();
      const moved = await motion.rest();
      await pause(1);
      expect(motion.backRad).toBeLessThan(backRad);
      expect(moved()).toBeLessThan(stillRad);
    },
    120000,
  );

  test('joint states killed and back', async () => {
    await stack.inTheMiddle();
    const motion = stack.watch();
    await stack.relay.stop('SIGKILL');
    expect(await stack.ended()).toMatchObject({ state: 'stopped', stop_latched: true });
    expect(stack.status.last.reason).toMatch(/joint states are stale/);
    const moved = await motion.rest();
    stack.startRelay();
    await stack.status.next((s) => s.joint_states_fresh, 60000);
    await pause(0.7);
    expect(stack.status.last).toMatchObject({ state: 'stopped', stop_latched: true });
    expect((await stack.call('execute')).message).toMatch(/reset first/);
    expect(motion.backRad).toBeLessThan(backRad);
    expect(moved()).toBeLessThan(stillRad);
  }, 120000);

  test('the arm, killed: a new one stays where it is until a reset', async () => {
    await stack.inTheMiddle();
    await stack.arm.stop('SIGKILL');
    expect(await stack.ended()).toMatchObject({ state: 'stopped', stop_latched: true });
    expect(stack.status.last.reason).toMatch(/stale/);
    const from = stack.states.messages.length;
    const statusFrom = stack.status.messages.length;
    stack.startArm();
    const first = await stack.states.next(() => true, 60000, from);
    await stack.status.next((s) => s.joint_states_fresh, 60000, statusFrom);
    await pause(1);
    const moved = stack.states.messages
      .slice(from)
      .flatMap((m) => position(m).map((p, j) => Math.abs(p - position(first)[j])));
    expect(Math.max(...moved)).toBeLessThan(stillRad);
    expect(stack.status.last).toMatchObject({ state: 'stopped', stop_latched: true });
  }, 120000);

  (output === 'velocity' ? test : test.skip)(
    'what the velocity guard refuses ends the motion, and the learner says why',
    async () => {
      await stack.inTheMiddle();
      const motion = stack.watch();
      await stack.disturb();
      await stack.status.next((m) => /velocity_guard ended the stream: two/.test(m.reason as string), 10000);
      await motion.rest();
      expect(motion.backRad).toBeLessThan(backRad);
    },
    120000,
  );

  test('the learner, killed: what it began comes to its end, and a new one begins nothing', async () => {
    await stack.inTheMiddle();
    const motion = stack.watch();
    await stack.learner.stop('SIGKILL');
    const moved = await motion.rest();
    const from = stack.status.messages.length;
    stack.startLearner();
    await stack.status.next((s) => s.joint_states_fresh, 60000, from);
    await pause(0.7);
    expect(motion.backRad).toBeLessThan(backRad);
    expect(moved()).toBeLessThan(stillRad);
  }, 120000);

  test('a learner that was started anew stops an arm that moves', async () => {
    const motion = await stack.movedByOthers();
    expect((await stack.call('stop')).success).toBe(true);
    const moved = await motion.rest();
    await pause(0.7);
    expect(motion.backRad).toBeLessThan(backRad);
    expect(moved()).toBeLessThan(stillRad);
    expect(motion.wayRad).toBeLessThan(0.5);
  }, 120000);
});
