import type { RabbitMQOptions } from "@warrenmq/core/internal";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { DeliveryEvent } from "./delivery-event.ts";

/** With what a delivery worker signs. */
export interface HttpDeliverySigning {
  /** An RSA key of at least 2048 bits, in PEM. */
  readonly privateKey: string;
  /** Its certificate, in PEM. The worker serves it. */
  readonly certificate: string;
  /**
   * Where receivers find the certificate, if not at the worker's `publicUrl`: `https://…/….pem`.
   */
  readonly certificateUrl?: string;
}

/** How a delivery worker runs. */
export interface HttpDeliveryOptions {
  /**
   * The broker.
   * @default the environment's RABBITMQ_URL
   */
  readonly rabbitmq?: RabbitMQOptions;
  /**
   * The region in ARNs.
   * @default "us-east-1"
   */
  readonly region?: string;
  /**
   * Where the worker listens for confirmations, cancellations and requests for its certificate. Port 0 takes a free one.
   * @default { host: "127.0.0.1", port: 0 }
   */
  readonly listen?: { readonly host?: string; readonly port?: number };
  /**
   * The address under which endpoints reach the listener. Workers that share the load may share it.
   * @default http://host:port of the listener
   */
  readonly publicUrl?: string;
  /**
   * Without it the worker makes a key that lasts as long as it runs: enough to try things out. Several workers behind one
   * `publicUrl` need the same.
   */
  readonly signing?: HttpDeliverySigning;
  /**
   * Whether endpoints may be on private networks or this machine. Off, so that a subscription cannot make the worker call
   * what only it can reach.
   * @default false
   */
  readonly allowPrivateAddresses?: boolean;
  /**
   * Requests that are under way to one endpoint at a time, per worker.
   * @default 32
   */
  readonly concurrencyPerEndpoint?: number;
  /**
   * How long an endpoint may take to answer; AWS waits 15 seconds.
   * @default 15000
   */
  readonly timeoutMs?: number;
  /** Certificate authorities for https endpoints, in PEM, instead of the usual ones. */
  readonly ca?: string;
  /** Told of every attempt. */
  readonly onDelivery?: (event: DeliveryEvent) => void;
}

/** Key and certificate of a worker. */
export interface ResolvedSigning {
  readonly privateKey: KeyObject;
  /** A certificate, or a bare public key, in PEM: receivers can check signatures with either. */
  readonly certificate: string;
  /** Path of the certificate at the worker's address. Another key has another path, so receivers may keep what they got. */
  readonly path: string;
  readonly certificateUrl: string | undefined;
}

/** Reads the signing options. @throws TypeError when the key is no RSA key */
export function resolveSigning(signing: HttpDeliverySigning | undefined): ResolvedSigning {
  const privateKey =
    signing === undefined
      ? generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
      : createPrivateKey(signing.privateKey);
  if (privateKey.asymmetricKeyType !== "rsa") throw new TypeError("'signing.privateKey' must be an RSA key");
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  const certificate = signing?.certificate ?? publicKey;
  const fingerprint = createHash("sha256").update(certificate).digest("hex").slice(0, 32);
  const path = `/SimpleNotificationService-${fingerprint}.pem`;
  return { privateKey, certificate, path, certificateUrl: signing?.certificateUrl };
}
