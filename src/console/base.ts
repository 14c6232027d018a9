/** Where the console stands: the path that the service puts into <base>, `/` or `/somewhere/`. */
const base = new URL(document.baseURI).pathname;

/** What the API is asked under: no slash at its end. */
export const origin = new URL(document.baseURI).href.replace(/\/$/, '');

/** The address of a screen: `tasks/tsk_1?tab=runs` as `/somewhere/tasks/tsk_1?tab=runs`. */
export function href(screen: string): string {
  return base + screen;
}
