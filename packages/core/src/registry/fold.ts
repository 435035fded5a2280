/** When and by whom a command was written; the same in every process that reads it. */
export interface CommandFacts {
  /** Unique per command. */
  readonly id: string;
  /** Milliseconds since the epoch, by the writer's clock. Rules about time (60 seconds after a deletion) use this. */
  readonly at: number;
}

/**
 * What a service keeps in the registry: how its commands are read and what each does to its state. It must depend on
 * nothing but its arguments: every process folds the same log and must come to the same state and outcomes.
 */
export interface RegistryFold<State, Command, Outcome> {
  /** Names the service's commands in the log: `sqs`. */
  readonly service: string;
  /** The state before the first command. */
  initial(): State;
  /** Reads a command off the log; `undefined` for one that this version does not know or that is malformed. */
  parse(data: unknown): Command | undefined;
  /** Applies a command to the state and says what came of it, for the process that wrote it. */
  apply(state: State, command: Command, facts: CommandFacts): Outcome;
  /** Without it every process reads the log from its first record. */
  readonly snapshot?: StateSnapshot<State>;
}

/** How a service's state is written down, so that a process need not read the whole log. */
export interface StateSnapshot<State> {
  /**
   * To be raised with every change of what the fold does with a log: another command, another field of the state. A
   * snapshot says nothing about commands that its writer did not know, so each version has its own.
   */
  readonly version: number;
  /** The state as a value that JSON can hold. */
  dump(state: State): unknown;
  /** The state that was dumped; `undefined` for anything else. */
  load(data: unknown): State | undefined;
}
