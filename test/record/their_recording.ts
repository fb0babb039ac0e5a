import { runPython } from '../oracles';

const writing = `
import sys, json, math
from mcap_ros2.writer import Writer
text = """std_msgs/Header header
string[] name
float64[] position
float64[] velocity
float64[] effort
================================================================================
MSG: std_msgs/Header
builtin_interfaces/Time stamp
string frame_id
================================================================================
MSG: builtin_interfaces/Time
int32 sec
uint32 nanosec
"""
with open(sys.argv[1], 'wb') as f:
    w = Writer(f)
    schema = w.register_msgdef('sensor_msgs/msg/JointState', text)
    for k in range(600):
        t = 0.01 * k
        x = min(1, max(0, (t - 1) / 4))
        ns = 10**18 + k * 10_000_000
        w.write_message('/arm/joint_states', schema, {
            'header': {'stamp': {'sec': ns // 10**9, 'nanosec': ns % 10**9}, 'frame_id': ''},
            'name': ['shoulder', 'gripper', 'base_joint'],
            'position': [-0.2 * (1 - math.cos(math.pi * x)), 0.0, 0.3 * (1 - math.cos(math.pi * x))],
            'velocity': [], 'effort': []}, log_time=ns, publish_time=ns, sequence=k)
    w.finish()
print('null')`;

/**
 * Writes a recording with mcap-ros2-support: still for 1 s, then in 4 s from 0 to 0.6 rad (base) and -0.4 rad (shoulder, senses of the
 * robot description), still for 1 s; joint states on /arm/joint_states at 100 Hz, a gripper among them.
 */
export function writeTheirs(python: string, file: string): void {
  runPython(python, writing, null, file);
}
