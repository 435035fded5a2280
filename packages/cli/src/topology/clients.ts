import { SNSClient } from "@warrenmq/client-sns";
import { SQSClient } from "@warrenmq/client-sqs";

/** The clients by which a topology is compared and made. */
export interface Clients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
}

/** Opens the clients on the broker of a URL, or of `RABBITMQ_URL`. */
export function openClients(url: string | undefined): Clients {
  const config = url === undefined ? {} : { rabbitmq: { url } };
  return { sqs: new SQSClient(config), sns: new SNSClient(config) };
}

/** Lets go of the broker. */
export function closeClients({ sqs, sns }: Clients): void {
  sqs.destroy();
  sns.destroy();
}
