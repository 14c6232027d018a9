import { type Agent, request } from 'node:http';

/** Creates a task over REST. Throws where it is not answered by 201. */
export function postTask(agent: Agent, url: string, token: string, task: unknown): Promise<void> {
  const body = JSON.stringify(task);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api/v1/tasks`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      const { statusCode } = answer;
      answer.once('end', () =>
        statusCode === 201 ? resolve() : reject(new Error(`a create was answered by ${statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
