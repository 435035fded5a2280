import { Kinesis as AwsKinesis } from "@aws-sdk/client-kinesis";
import type { KinesisClient as AwsKinesisClient } from "@aws-sdk/client-kinesis";
import { KinesisClient } from "./kinesis-client.ts";
import type { KinesisClientConfig } from "./kinesis-client.ts";

/** The methods by which AWS's aggregated class goes beyond its client: one an operation, paginators and waiters. */
type AggregatedMethods = Pick<AwsKinesis, Exclude<keyof AwsKinesis, keyof AwsKinesisClient>>;

/**
 * `Kinesis` of `@aws-sdk/client-kinesis`, answered by RabbitMQ: `kinesis.putRecord(input)` for
 * `client.send(new PutRecordCommand(input))`.
 * @public
 */
export type Kinesis = KinesisClient & AggregatedMethods;

class AggregatedKinesis extends KinesisClient {}

// AWS's own methods, which call `this.send`. The class keeps the name that tracers know.
const { constructor: _constructor, ...methods } = Object.getOwnPropertyDescriptors(AwsKinesis.prototype);
Object.defineProperties(AggregatedKinesis.prototype, methods);
Object.defineProperty(AggregatedKinesis, "name", { value: "Kinesis" });

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the methods are added to the prototype at run time, as the SDK itself does
export const Kinesis = AggregatedKinesis as unknown as new (config?: KinesisClientConfig) => Kinesis;
