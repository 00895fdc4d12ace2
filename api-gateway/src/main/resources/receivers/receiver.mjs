// Receives webhooks. Node 18 or newer, no packages:
//   WEBHOOK_SECRET=whsec_... PORT=3000 node receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { link, mkdir, open, unlink } from "node:fs/promises";
import { createServer } from "node:http";

const key = Buffer.from((process.env.WEBHOOK_SECRET ?? "").replace("whsec_", ""), "base64");
if (key.length === 0) throw new Error("set WEBHOOK_SECRET to the webhook's secret, whsec_...");
const tolerance = 5 * 60; // seconds
const largest = 64 * 1024; // bytes; deliveries have at most 20 KB
await mkdir("inbox", { recursive: true });

function verify(headers, body) {
  const [id, timestamp] = [headers["webhook-id"], headers["webhook-timestamp"]];
  if (!/^[\w.-]{1,100}$/.test(id ?? "") || !/^\d{1,12}$/.test(timestamp ?? "")) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > tolerance) return false; // an old delivery, sent again
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  // While a secret is being replaced there are several signatures: one that fits is enough.
  return (headers["webhook-signature"] ?? "").split(" ").some((each) => {
    const [version, signature] = each.split(",");
    const given = Buffer.from(signature ?? "", "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

// Keeps an event, once: a file appears as a whole, and never twice. Let your own code take the events from
// there, and leave the files for some days, since a repeated delivery is known by them.
async function keep(id, body) {
  const temporary = `inbox/.${id}.${process.pid}.${Math.random()}`;
  const file = await open(temporary, "wx");
  try {
    await file.writeFile(body);
    await file.sync();
    await link(temporary, `inbox/${id}.json`);
  } catch (error) {
    if (error.code !== "EEXIST") throw error; // it is there already: a repeat
  } finally {
    await file.close();
    await unlink(temporary);
  }
}

createServer(async (request, response) => {
  const answer = (status) => response.writeHead(status).end();
  try {
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
      size += chunk.length;
      if (size <= largest) chunks.push(chunk);
    }
    if (request.method !== "POST") return answer(405);
    if (size > largest) return answer(413);
    const body = Buffer.concat(chunks); // the bytes as they came: JSON that was parsed and written anew has no signature
    if (!verify(request.headers, body)) return answer(401);
    await keep(request.headers["webhook-id"], body);
    answer(204); // at once: whatever takes long comes later
  } catch (error) {
    console.error(error);
    if (!response.headersSent) answer(500); // it is delivered again
  }
}).listen(Number(process.env.PORT ?? 3000));
