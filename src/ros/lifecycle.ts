import { InputError } from '../input_error.js';
import type { RclLifecycleNode, RclLogger } from './rcl.js';

/**
 * What a managed node does at each transition; a throw fails the transition (its message is logged). A shutdown takes the node
 * down by the same steps: it deactivates what is active and cleans up what is configured.
 */
export interface LifecycleHooks {
  /** unconfigured -> inactive: read parameters, load files, create publishers and services. */
  onConfigure?(): void;
  /** inactive -> active: begin to act. */
  onActivate?(): void;
  /** active -> inactive: stop acting. */
  onDeactivate?(): void;
  /** inactive -> unconfigured: give back what onConfigure took. */
  onCleanup?(): void;
}

const [success, failure] = [97, 98];

/** Registers the hooks. With autostart the node is configured and activated now; a failure then throws. */
export function attachLifecycle(
  node: RclLifecycleNode,
  hooks: LifecycleHooks,
  autostart: boolean,
  log: RclLogger,
): void {
  let lastError: Error | undefined;
  let [configured, active] = [false, false];
  const call = (name: keyof LifecycleHooks, done: () => void) => (): number => {
    try {
      hooks[name]?.();
      done();
      return success;
    } catch (error) {
      lastError = error as Error;
      log.error(`${name.slice(2).toLowerCase()}: ${lastError.message}`);
      return failure;
    }
  };
  const deactivate = call('onDeactivate', () => (active = false));
  const cleanUp = call('onCleanup', () => (configured = false));
  node.registerOnConfigure(call('onConfigure', () => (configured = true)));
  node.registerOnActivate(call('onActivate', () => (active = true)));
  node.registerOnDeactivate(deactivate);
  node.registerOnCleanup(cleanUp);
  node.registerOnShutdown(() => Math.max(active ? deactivate() : success, configured ? cleanUp() : success));
  node.registerOnError(() => success);
  if (!autostart) return;
  node.configure();
  if (node.currentState.label === 'inactive') node.activate();
  if (node.currentState.label !== 'active')
    throw lastError instanceof InputError
      ? lastError
      : new Error(`${node.name()} did not start: ${lastError?.message ?? node.currentState.label}`);
}
