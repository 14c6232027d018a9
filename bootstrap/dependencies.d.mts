export interface StepOptions {
  /** The project's folder. */
  root?: string;
  say(line: string): void;
}

/**
 * Installs what package-lock.json lists, unless it is installed; with `production` without what is for development only.
 * Throws an error that says the way out.
 */
export function ensureDependencies(options: StepOptions & { production?: boolean }): Promise<void>;

/** Removes the packages that are for development only, where there are any. */
export function removeDevelopment(options: StepOptions): Promise<void>;

/** Whether node_modules holds what package-lock.json lists. */
export function areInstalled(root: string, production?: boolean): boolean;
