import type { StepOptions } from './dependencies.mjs';

/** Builds dist/, unless it was built from what src/ holds now. Throws with the compiler's words. */
export function ensureBuild(options: StepOptions): Promise<void>;
