import { middlewareIn } from './middleware.js';

describe('middleware of a process', () => {
  it('is the implementation, not its helpers or their type supports', () => {
    const line = (name: string) => `7f00-7f01 r-xp 00000000 08:01 42 /opt/ros/jazzy/lib/${name}.so`;
    const helpers = [
      'librmw_implementation',
      'librmw_dds_common__rosidl_typesupport_cpp',
      'librmw_dds_common',
      'librmw',
    ].map(line);
    expect(
      middlewareIn([...helpers, line('librmw_fastrtps_shared_cpp'), line('librmw_fastrtps_cpp')].join('\n')),
    ).toBe('rmw_fastrtps_cpp');
    expect(middlewareIn([...helpers, line('librmw_cyclonedds_cpp')].join('\n'))).toBe('rmw_cyclonedds_cpp');
    expect(middlewareIn(helpers.join('\n'))).toBeUndefined();
  });
});
