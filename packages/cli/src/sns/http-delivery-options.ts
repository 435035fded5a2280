import type { HttpDeliveryOptions, HttpDeliverySigning } from "@warrenmq/client-sns";
import { InvalidArgumentError, Option, type Command } from "commander";
import { readFile } from "node:fs/promises";

/** What the command line says. */
export interface HttpDeliveryFlags {
  readonly url?: string;
  readonly region?: string;
  readonly listen: Listen;
  readonly publicUrl?: string;
  readonly key?: string;
  readonly cert?: string;
  readonly certUrl?: string;
  readonly ca?: string;
  readonly allowPrivateAddresses?: true;
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly verbose?: true;
}

interface Listen {
  readonly host: string;
  readonly port: number;
}

/** Adds the worker's options to a command. */
export function addHttpDeliveryOptions(command: Command): Command {
  return command
    .addOption(new Option("--url <amqp-url>", "the broker").env("RABBITMQ_URL"))
    .option("--region <region>", "the region in ARNs")
    .addOption(
      new Option("--listen <host:port>", "where confirmations, cancellations and the certificate are served")
        .argParser(parseListen)
        .default({ host: "127.0.0.1", port: 8080 }, "127.0.0.1:8080"),
    )
    .option("--public-url <url>", "the address under which endpoints reach the listener")
    .option("--key <file>", "RSA key that signs documents, PEM (default: a new one each time)")
    .option("--cert <file>", "its certificate, PEM")
    .option("--cert-url <url>", "where receivers find the certificate, if not here")
    .option("--ca <file>", "certificate authorities for https endpoints, PEM")
    .option("--allow-private-addresses", "call endpoints on private networks and on this machine, too")
    .addOption(new Option("--concurrency <n>", "requests to one endpoint at a time").argParser(parseCount))
    .addOption(new Option("--timeout <ms>", "how long an endpoint may take to answer").argParser(parseCount))
    .option("--verbose", "print successful deliveries as well");
}

/** Reads the files that the command line names. @throws Error when one cannot be read, or key and certificate do not come together */
export async function readHttpDeliveryOptions(flags: HttpDeliveryFlags): Promise<HttpDeliveryOptions> {
  const { url, region, listen, publicUrl, ca, allowPrivateAddresses, concurrency, timeout } = flags;
  const signing = await readSigning(flags);
  return {
    listen,
    ...(url === undefined ? {} : { rabbitmq: { url } }),
    ...(region === undefined ? {} : { region }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(signing === undefined ? {} : { signing }),
    ...(ca === undefined ? {} : { ca: await readFile(ca, "utf8") }),
    ...(allowPrivateAddresses === undefined ? {} : { allowPrivateAddresses }),
    ...(concurrency === undefined ? {} : { concurrencyPerEndpoint: concurrency }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

async function readSigning({ key, cert, certUrl }: HttpDeliveryFlags): Promise<HttpDeliverySigning | undefined> {
  if (key === undefined && cert === undefined) return undefined;
  if (key === undefined || cert === undefined) throw new Error("'--key', '--cert' belong together");
  const [privateKey, certificate] = await Promise.all([readFile(key, "utf8"), readFile(cert, "utf8")]);
  return { privateKey, certificate, ...(certUrl === undefined ? {} : { certificateUrl: certUrl }) };
}

function parseListen(text: string): Listen {
  const [, host, port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) throw new InvalidArgumentError("host:port, or a port, is needed.");
  return { host: host ?? "127.0.0.1", port: Number(port) };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("A whole number from 1 on is needed.");
  return count;
}
