/** A robot description that no part of the project is made for: a lift, turning joints, a gripper, no visuals. */
const link = (name: string, length: number): string => `<link name="${name}">
  <inertial><origin xyz="0 0 ${length / 2}"/><mass value="1.5"/>
    <inertia ixx="0.02" ixy="0" ixz="0" iyy="0.02" iyz="0" izz="0.01"/></inertial>
  <collision><origin xyz="0 0 ${length / 2}"/><geometry><cylinder radius="0.02" length="${0.8 * length}"/></geometry></collision></link>`;
const joint = (
  name: string,
  type: string,
  parent: string,
  child: string,
  axis: string,
  range: string,
  rest = '',
) =>
  `<joint name="${name}" type="${type}"><parent link="${parent}"/><child link="${child}"/><origin xyz="0 0 0.3"/>
   <axis xyz="${axis}"/>${range && `<limit ${range} velocity="2" effort="200"/>`}${rest}</joint>`;

/** A lift, three turning joints (one endless, one whose range leaves 0 out), and a finger that follows another. */
export const lifterUrdf = `<robot name="lifter"><link name="world_link"/>
  ${link('carriage', 0.3)}${link('upper', 0.3)}${link('lower', 0.3)}${link('hand', 0.1)}${link('left', 0.05)}${link('right', 0.05)}<link name="tcp"/>
  ${joint('lift', 'prismatic', 'world_link', 'carriage', '0 0 1', 'lower="0" upper="0.5"')}
  ${joint('turn', 'continuous', 'carriage', 'upper', '0 0 1', 'lower="0" upper="0"')}
  ${joint('bend', 'revolute', 'upper', 'lower', '0 1 0', 'lower="0.2" upper="1.8"')}
  ${joint('wrist', 'revolute', 'lower', 'hand', '0 1 0', 'lower="-1.5" upper="1.5"')}
  <joint name="tool" type="fixed"><parent link="hand"/><child link="tcp"/><origin xyz="0 0 0.1"/></joint>
  ${joint('grip', 'prismatic', 'hand', 'left', '0 1 0', 'lower="0" upper="0.04"')}
  ${joint('grip_mimic', 'prismatic', 'hand', 'right', '0 -1 0', 'lower="0" upper="0.04"', '<mimic joint="grip"/>')}
</robot>`;
/** The joints on the way to its tool. */
export const lifterJoints = ['lift', 'turn', 'bend', 'wrist'];
