import { parseArgs } from "node:util";

/** How much the demo does. */
export interface DemoOptions {
  readonly producers: number;
  readonly consumers: number;
  /** Orders of each kind that each producer sends. */
  readonly retail: number;
  readonly wholesale: number;
  /** Orders that one producer makes so large that a consumer is still at work on them when it crashes. */
  readonly large: number;
}

/** Reads `--producers 3` and so on from the command line. */
export function readOptions(): DemoOptions {
  const { values } = parseArgs({
    options: {
      producers: { type: "string", default: "3" },
      consumers: { type: "string", default: "4" },
      retail: { type: "string", default: "500" },
      wholesale: { type: "string", default: "2000" },
      large: { type: "string", default: "6" },
    },
  });
  return {
    producers: Number(values.producers),
    consumers: Number(values.consumers),
    retail: Number(values.retail),
    wholesale: Number(values.wholesale),
    large: Number(values.large),
  };
}
