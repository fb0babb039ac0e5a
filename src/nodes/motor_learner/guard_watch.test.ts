import { GuardWatch } from './guard_watch.js';

describe('GuardWatch', () => {
  const watch = () => {
    const told: string[] = [];
    return { told, watch: new GuardWatch((text) => told.push(text)) };
  };

  it('warns once where a controller hears the velocities and no guard does', () => {
    const { told, watch: w } = watch();
    for (let k = 0; k < 10; k++) w.look(['forward_velocity_controller']);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/without a velocity_guard/);
    expect(w.look(['forward_velocity_controller']).level).toBe('warn');
  });

  it('says nothing beside a guard, without listeners, and with other outputs', () => {
    const { told, watch: w } = watch();
    for (let k = 0; k < 10; k++)
      for (const heard of [['velocity_guard', 'recorder'], [], null]) expect(w.look(heard).level).toBe('ok');
    expect(told).toEqual([]);
  });

  it('waits until discovery tells the names', () => {
    const { told, watch: w } = watch();
    w.look(['_NODE_NAME_UNKNOWN_']);
    w.look(['_NODE_NAME_UNKNOWN_']);
    w.look(['velocity_guard']);
    expect(told).toEqual([]);
  });

  it('warns again where the guard went away', () => {
    const { told, watch: w } = watch();
    w.look(['velocity_guard']);
    for (let k = 0; k < 5; k++) w.look(['forward_velocity_controller']);
    w.look(['velocity_guard']);
    for (let k = 0; k < 5; k++) w.look(['forward_velocity_controller']);
    expect(told).toHaveLength(2);
  });
});
