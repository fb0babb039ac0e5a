# Makes this shell see ROS 2 and the interfaces of this checkout:  . scripts/env.sh
# What is exported was found by `node scripts/setup.mjs`, which writes .ros/environment.sh.
if [ -n "${BASH_SOURCE:-}" ]; then _oneshot_arm_file=${BASH_SOURCE[0]}
elif [ -n "${ZSH_VERSION:-}" ]; then _oneshot_arm_file=${(%):-%x}
else _oneshot_arm_file=scripts/env.sh; fi
_oneshot_arm_root=$(cd "$(dirname "$_oneshot_arm_file")/.." && pwd)
if [ -e "$_oneshot_arm_root/.ros/environment.sh" ]; then
  . "$_oneshot_arm_root/.ros/environment.sh"
else
  echo "oneshot_arm: not set up yet; run: (cd $_oneshot_arm_root && node scripts/setup.mjs)" >&2
fi
unset _oneshot_arm_file _oneshot_arm_root
