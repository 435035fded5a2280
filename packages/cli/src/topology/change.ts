/** One thing that a broker lacks, compared with a topology file. */
export interface Change {
  /** "create the queue orders". */
  readonly what: string;
  /** Makes it so. Changes are applied in their order: queues come before what refers to them. */
  readonly apply: () => Promise<void>;
}
