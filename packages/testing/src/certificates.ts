import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

/** What clients of a broker with a TLS listener need, each PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * Writes a throw-away certificate authority, a server certificate for `localhost`, 127.0.0.1 and ::1, and a client certificate into
 * a folder (`ca.pem`, `server.pem`, `server.key`, …). Needs `openssl` on the PATH.
 */
export async function writeCertificates(folder: string): Promise<Certificates> {
  const extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\n";
  await writeFile(`${folder}/server.ext`, extensions);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = ["-x509", "-days", "2", "-subj", "/CN=WarrenMQ test authority"];
  await openssl(folder, ["req", ...newKey, ...authority, "-keyout", "ca.key", "-out", "ca.pem"]);
  await openssl(folder, ["req", ...newKey, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"]);
  const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "server.ext"];
  await openssl(folder, ["x509", "-req", "-in", "server.csr", ...sign, "-out", "server.pem"]);
  const client = ["-subj", "/CN=WarrenMQ test client", "-keyout", "client.key", "-out", "client.csr"];
  await openssl(folder, ["req", ...newKey, ...client]);
  await writeFile(`${folder}/client.ext`, "extendedKeyUsage=clientAuth\n");
  const signClient = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "client.ext"];
  await openssl(folder, ["x509", "-req", "-in", "client.csr", ...signClient, "-out", "client.pem"]);
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "client.pem", "client.key"].map((file) => readFile(`${folder}/${file}`, "utf8")),
  );
  if (ca === undefined || cert === undefined || key === undefined) throw new Error("openssl wrote no certificates");
  return { ca, cert, key };
}

async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)("openssl", args, { cwd }).catch((cause: unknown) => {
    throw new Error("tls: true needs the program openssl on the PATH, to make a certificate", { cause });
  });
}
