// Makes signature-vectors.json with the npm package standardwebhooks: npm install standardwebhooks@1.1.1 && node signature-vectors.mjs
import { Webhook } from 'standardwebhooks';

const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDAAECAwQFBgc='];
const bodies = [
  '{}',
  '{"type":"message.received","timestamp":"2026-11-27T10:00:00Z","data":{"sessionId":"4f2c","text":"Hai"}}',
  '{"text":"é 中文 😀 \\u0000 \\"quoted\\" \\n"}',
];
const vectors = [];
for (const secret of secrets) {
  for (const body of bodies) {
    const id = `1795820000123-00000${vectors.length}`;
    const timestamp = 1795820000 + vectors.length;
    vectors.push({ secret, id, timestamp, body, signature: new Webhook(secret).sign(id, new Date(timestamp * 1000), body) });
  }
}
console.log(JSON.stringify(vectors, null, 2));
