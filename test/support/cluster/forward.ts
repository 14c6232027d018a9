import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on that loopback port; answers how to stop it. */
export async function serve(port: number, answer: Answer): Promise<() => Promise<void>> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

/** Sends the request on to `target` (`http://host:port`), and its answer back; `failed` answers where none has begun. */
export function forward(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  failed: (error: NodeJS.ErrnoException) => void,
): void {
  const { method, headers } = incoming;
  const onward = request(`${target}${incoming.url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once('error', (error) => (response.headersSent ? response.destroy() : failed(error)));
  response.once('close', () => onward.destroy());
  incoming.pipe(onward);
}
