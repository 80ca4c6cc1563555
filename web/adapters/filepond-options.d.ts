// The plug-in's options, which are among FilePond's own for those who write TypeScript.

import type { Goal } from "../client.js";

export interface PondOptions {
  /** Make pictures smaller; true by default. */
  allowEyebright?: boolean;
  eyebrightGoal?: Goal | null;
  /** Folder of the engine. */
  eyebrightBase?: string | null;
  /** Milliseconds for each file after which the original goes; 0: as long as it takes. */
  eyebrightLimit?: number;
}

declare module "filepond" {
  interface FilePondBaseProps extends PondOptions {}
}
