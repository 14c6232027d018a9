import { cpus } from 'node:os';

interface Row {
  readonly what: string;
  readonly measured: string;
  /** Processor time of one operation, service and nats-server; empty where none was counted. */
  readonly processorTime: string;
  readonly rawJetStream: string;
  /** Null where there is nothing to compare with. */
  readonly ratio: number | null;
}

export class Report {
  readonly #rows: Row[] = [];

  /** How fast the machine was, in one line. */
  calibration = '';

  add(what: string, measured: string, rawJetStream: string, ratio: number | null, processorTime = ''): void {
    this.#rows.push({
      what,
      measured,
      processorTime,
      rawJetStream,
      ratio: ratio === null ? null : Math.round(ratio * 1000) / 1000,
    });
    process.stderr.write(
      `${what}: ${measured}${processorTime === '' ? '' : `, ${processorTime}`}` +
        `${rawJetStream === '' ? '' : ` (raw JetStream: ${rawJetStream})`}\n`,
    );
  }

  print(): void {
    process.stdout.write(`Machine: ${this.calibration}\n\n`);
    process.stdout.write(
      '| what | measured | processor time each, service + nats-server | raw JetStream, same run | ratio |\n' +
        '|---|---|---|---|---|\n',
    );
    for (const { what, measured, processorTime, rawJetStream, ratio } of this.#rows) {
      const cells = [what, measured, processorTime, rawJetStream, ratio?.toFixed(2) ?? ''];
      process.stdout.write(`| ${cells.join(' | ')} |\n`);
    }
  }

  json(): string {
    const machine = {
      node: process.version,
      cores: cpus().length,
      model: cpus()[0]?.model,
      calibration: this.calibration,
    };
    return JSON.stringify({ at: new Date().toISOString(), machine, figures: this.#rows }, null, 2);
  }
}
