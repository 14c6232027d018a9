import { testPorts } from '../nats/ports.ts';
import { Link } from './link.ts';

/** The ports of one server of a cluster: where servers and clients reach it. */
interface ServerPorts {
  readonly routes: number;
  readonly clients: number;
}

/**
 * What lies between the servers of a cluster, and between a server and its clients: a link for each server that solicits
 * another, and one for all clients of each. Servers are named by their place, from 0.
 */
export class ClusterLinks {
  /** By who solicits, then by whom; null at a server's own place. */
  readonly #routes: readonly (readonly (LinkAt | null)[])[];
  readonly #clients: readonly LinkAt[];

  static async before(servers: readonly ServerPorts[]): Promise<ClusterLinks> {
    const ports = await testPorts(servers.length * (servers.length + 1));
    const linkTo = async (to: number) => {
      const port = ports.pop() as number;
      return { port, link: await Link.at(port, to) };
    };
    const routes = servers.map((from) =>
      Promise.all(servers.map((to) => (to === from ? null : linkTo(to.routes)))),
    );
    const clients = servers.map((server) => linkTo(server.clients));
    return new ClusterLinks(await Promise.all(routes), await Promise.all(clients));
  }

  private constructor(routes: readonly (readonly (LinkAt | null)[])[], clients: readonly LinkAt[]) {
    this.#routes = routes;
    this.#clients = clients;
  }

  /** Loopback ports by which a server is to reach the others. */
  routePorts(from: number): number[] {
    return (this.#routes[from] ?? []).flatMap((at) => at?.port ?? []);
  }

  /** Loopback port by which clients are to reach a server. */
  clientPort(of: number): number {
    return this.#clientsOf(of).port;
  }

  /** No server reaches it, nor it another. */
  island(of: number): void {
    for (const other of this.#routes.keys()) if (other !== of) this.cut(of, other);
  }

  cut(one: number, other: number): void {
    this.cutOneWay(one, other);
    this.cutOneWay(other, one);
  }

  /** What `from` sends does not reach `to`; what `to` sends does reach `from`. */
  cutOneWay(from: number, to: number): void {
    this.#route(from, to).link.cut('there');
    this.#route(to, from).link.cut('back');
  }

  /** Between the two each piece takes `ms` milliseconds more, both ways. */
  slow(one: number, other: number, ms: number): void {
    this.#route(one, other).link.slow(ms);
    this.#route(other, one).link.slow(ms);
  }

  /** No client reaches it; other servers do. */
  cutClients(of: number): void {
    this.#clientsOf(of).link.cut('both');
  }

  mend(): void {
    for (const { link } of this.#all()) link.mend();
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map(({ link }) => link.close()));
  }

  #all(): LinkAt[] {
    return [...this.#routes.flat(), ...this.#clients].filter((at) => at !== null);
  }

  #route(from: number, to: number): LinkAt {
    const found = this.#routes[from]?.[to];
    if (found === undefined || found === null) throw new Error(`no route from server ${from} to ${to}`);
    return found;
  }

  #clientsOf(of: number): LinkAt {
    const found = this.#clients[of];
    if (found === undefined) throw new Error(`no server ${of}`);
    return found;
  }
}

interface LinkAt {
  readonly port: number;
  readonly link: Link;
}
