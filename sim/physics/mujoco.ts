import type { MainModule } from '@mujoco/mujoco' with { 'resolution-mode': 'import' };

/** MuJoCo's WebAssembly module (its heap holds every model and datum made from it). */
export type Mujoco = MainModule;

let loading: Promise<Mujoco> | undefined;

/** Loads MuJoCo once per process (about 0.2 s). */
export function loadMujoco(): Promise<Mujoco> {
  loading ??= import('@mujoco/mujoco').then(({ default: load }) => load());
  return loading;
}
