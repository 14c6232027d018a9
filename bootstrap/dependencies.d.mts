export interface StepOptions {
  /** The project's folder. */
  root?: string;
  say(line: string): void;
}

/** Installs what package-lock.json lists, unless it is installed. Throws an error that says the way out. */
export function ensureDependencies(options: StepOptions): Promise<void>;

/** Whether node_modules holds what package-lock.json lists. */
export function areInstalled(root: string): boolean;
