import { cpus } from 'node:os';

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly rawJetStream: string;
  /** Null where there is nothing to compare with. */
  readonly ratio: number | null;
}

export class Report {
  readonly #rows: Row[] = [];

  add(what: string, measured: string, rawJetStream: string, ratio: number | null): void {
    this.#rows.push({
      what,
      measured,
      rawJetStream,
      ratio: ratio === null ? null : Math.round(ratio * 1000) / 1000,
    });
    process.stderr.write(
      `${what}: ${measured}${rawJetStream === '' ? '' : ` (raw JetStream: ${rawJetStream})`}\n`,
    );
  }

  print(): void {
    process.stdout.write('| what | measured | raw JetStream, same run | ratio |\n|---|---|---|---|\n');
    for (const { what, measured, rawJetStream, ratio } of this.#rows) {
      process.stdout.write(`| ${what} | ${measured} | ${rawJetStream} | ${ratio?.toFixed(2) ?? ''} |\n`);
    }
  }

  json(): string {
    const machine = { node: process.version, cores: cpus().length, model: cpus()[0]?.model };
    return JSON.stringify({ at: new Date().toISOString(), machine, figures: this.#rows }, null, 2);
  }
}
