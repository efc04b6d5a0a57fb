import { once } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { watchEngine } from "../../../src/provider/engineWatch";

it("a process that watches its engine speaks the engine's protocol, connects again while the engine lives, and notices its end", async () => {
  const server = createServer();
  const sessions: ServerHttp2Session[] = [];
  server.on("session", (session) => sessions.push(session));
  const nextHandshake = async () => {
    const [session] = (await once(server, "session")) as [ServerHttp2Session];
    await once(session, "remoteSettings");
    return session;
  };
  await once(server.listen(0, "127.0.0.1"), "listening");
  let isDead = false;
  const death = new Promise<void>((resolve) => {
    watchEngine(`127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      isDead = true;
      resolve();
    });
  });
  // An engine closes connections that are idle, too.
  (await nextHandshake()).close();
  const again = await nextHandshake();
  expect(isDead).to.equal(false);
  server.close();
  again.close();
  // The watch does not keep the process alive; this test does.
  const alive = setInterval(() => undefined, 1000);
  await death;
  clearInterval(alive);
  expect(sessions).to.have.length(2);
});
