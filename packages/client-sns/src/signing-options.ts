import { createPrivateKey } from "node:crypto";
import type { SigningKey } from "./model/signature.ts";

/** With what SNS documents are signed. Receivers check the signature with the certificate of this key. */
export interface SigningOptions {
  /** An RSA key of at least 2048 bits, in PEM. */
  readonly privateKey: string;
  /** Where receivers find the certificate: `https://…/….pem`. `sns-validator` wants it told which host that may be. */
  readonly certificateUrl: string;
}

/** Reads the options. @throws TypeError when the key is no RSA key */
export function resolveSigningKey({ privateKey, certificateUrl }: SigningOptions): SigningKey {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType !== "rsa") throw new TypeError("'signing.privateKey' must be an RSA key");
  return { privateKey: key, signingCertUrl: certificateUrl };
}
