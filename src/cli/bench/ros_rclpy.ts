/** The peer of `bench ros`: what ros_process.ts does, in rclpy. Arguments: role, period (s), duration (s). */
export const rclpyScript = `
import array, json, sys, time
import rclpy
from rclpy.clock import Clock, ClockType
from sensor_msgs.msg import JointState

role, period, seconds = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
topic, joints = "/oneshot_arm_bench/" + role.split("_")[0], ["j%d" % k for k in range(7)]
rclpy.init()
node = rclpy.create_node("bench_" + role)
times, late = array.array("q"), array.array("q")

if role == "latency_receive":
    def heard(message):
        now = time.monotonic_ns()
        times.append(now)
        late.append(now - message.header.stamp.sec * 1000000000 - message.header.stamp.nanosec)
    node.create_subscription(JointState, topic, heard, 10)
else:
    publisher = node.create_publisher(JointState, topic, 10)
    message = JointState(name=joints, position=[0.0] * 7, velocity=[0.0] * 7)
    def tick():
        now = time.monotonic_ns()
        times.append(now)
        message.header.stamp.sec, message.header.stamp.nanosec = divmod(now, 1000000000)
        publisher.publish(message)
    node.create_timer(period, tick, clock=Clock(clock_type=ClockType.STEADY_TIME))
print("ready", flush=True)
while not times or times[-1] - times[0] < seconds * 1e9:
    rclpy.spin_once(node)
print(json.dumps({"times": [t - times[0] for t in times], "late": list(late)}), flush=True)
`;
