import { startHttpDelivery } from "@warrenmq/client-sns";
import { Command } from "commander";
import { addHttpDeliveryOptions, readHttpDeliveryOptions, type HttpDeliveryFlags } from "./http-delivery-options.ts";
import { formatDelivery } from "./format-delivery.ts";
import { untilStopped } from "../until-stopped.ts";

/** `warrenmq sns …` */
export function snsCommand(): Command {
  return new Command("sns").description("Amazon SNS on RabbitMQ").addCommand(httpDeliveryCommand());
}

/** `warrenmq sns http-delivery`: a delivery worker in the foreground, until SIGINT or SIGTERM. */
function httpDeliveryCommand(): Command {
  const command = new Command("http-delivery").description(
    "Brings messages of topics to their HTTP and HTTPS subscribers. Any number of workers share the load.",
  );
  return addHttpDeliveryOptions(command).action(async (flags: HttpDeliveryFlags) => {
    const options = await readHttpDeliveryOptions(flags);
    const worker = await startHttpDelivery({
      ...options,
      onDelivery: (event) => {
        if (flags.verbose === true || event.outcome !== "delivered") print(formatDelivery(event));
      },
    });
    print(`listening on ${worker.url}`);
    await untilStopped();
    print("stopping: waiting for the requests under way");
    await worker.close();
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
