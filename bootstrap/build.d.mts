import type { StepOptions } from './dependencies.mjs';

/** Builds dist/, unless it was built from what src/ and bootstrap/ hold now. Throws with the compiler's words. */
export function ensureBuild(options: StepOptions): Promise<void>;

/** Whether dist/ is what those make now. */
export function isBuilt(root: string): boolean;
