/** What `npm start` ends its banner with. */
export function firstSteps(url: string, token: string): string {
  return `
  task-service listens on ${url}
  The API, described: ${url}/docs

  Your first task, due in three seconds; it shows the run, its result and its events:

  TASK_SERVICE_URL=${url} TASK_SERVICE_TOKEN=${token} node examples/first-task.mjs

`;
}
