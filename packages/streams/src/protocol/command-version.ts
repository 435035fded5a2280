import { Command } from "./command.ts";
import type { CommandKey } from "./command.ts";

/** The versions of one command that a side understands. */
export interface CommandVersion {
  readonly command: number;
  readonly min: number;
  readonly max: number;
}

/** Version 2 of Publish carries a filter value (RabbitMQ 3.13), of Deliver the committed chunk id (3.11). */
const SECOND_VERSIONS: ReadonlySet<CommandKey> = new Set([Command.publish, Command.deliver]);

/** What this package speaks. */
export const SPOKEN_VERSIONS: readonly CommandVersion[] = Object.values(Command).map((command) => ({
  command,
  min: 1,
  max: SECOND_VERSIONS.has(command) ? 2 : 1,
}));
