import { reject } from '../../input_error.js';
import { edscorbot, edscorbotPaper } from './edscorbot.js';
import type { SurfaceProfile } from './profile.js';

/** Names of the built-in kinematic profiles; the first is the default for learning. */
export const profileNames = ['edscorbot_paper', 'edscorbot'] as const;
export type ProfileName = (typeof profileNames)[number];

const profiles: Record<ProfileName, SurfaceProfile> = { edscorbot_paper: edscorbotPaper, edscorbot };

/** The built-in profile of a name. @throws InputError for any other name. */
export function profileNamed(name: string): SurfaceProfile {
  return Object.hasOwn(profiles, name)
    ? profiles[name as ProfileName]
    : reject('unknown-profile', 'profile', `one of ${profileNames.join(', ')}`, name);
}
