import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** `cut`: bytes go in and do not come out until the link is mended, as where packets are dropped. */
type Flow =
  | { readonly kind: 'open' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'slow'; readonly ms: number };

const OPEN: Flow = { kind: 'open' };

/**
 * A relay in front of a TCP port on loopback, which can be cut or slowed in each direction for itself. What has been
 * sent comes out in order or not at all, as TCP has it; who waits too long may close the connection.
 */
export class Link {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What those who connect send, and what they are sent. */
  readonly #there = new Direction();
  readonly #back = new Direction();

  /** `port`: where it listens; `to`: where what is sent there goes. */
  static async at(port: number, to: number): Promise<Link> {
    const link = new Link(to);
    await new Promise<void>((resolve) => link.#server.listen(port, '127.0.0.1', resolve));
    return link;
  }

  private constructor(to: number) {
    this.#server = createServer((near) => {
      const far = connect(to, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.once('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
      }
      void this.#there.carry(near, far);
      void this.#back.carry(far, near);
    });
  }

  cut(direction: 'there' | 'back' | 'both'): void {
    this.#set(direction, { kind: 'cut' });
  }

  /** Every piece takes `ms` milliseconds more. */
  slow(ms: number): void {
    this.#set('both', { kind: 'slow', ms });
  }

  mend(): void {
    this.#set('both', OPEN);
  }

  /** Ends all that goes through it. */
  async close(): Promise<void> {
    this.mend();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #set(direction: 'there' | 'back' | 'both', flow: Flow): void {
    if (direction !== 'back') this.#there.be(flow);
    if (direction !== 'there') this.#back.be(flow);
  }
}

/** One way of a link. */
class Direction {
  #flow: Flow = OPEN;
  #waiting: (() => void)[] = [];

  be(flow: Flow): void {
    this.#flow = flow;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Nothing is read while it is cut, so that the sender finds its buffers full. */
  async carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const piece of from) {
        if (this.#flow.kind === 'slow') await delay(this.#flow.ms);
        while (this.#flow.kind === 'cut') await new Promise<void>((resume) => this.#waiting.push(resume));
        if (!to.write(piece as Buffer)) await drained(to);
      }
      to.end();
    } catch {
      to.destroy();
    }
  }
}

/** Or closed: then writing fails by itself. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}
