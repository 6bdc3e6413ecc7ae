// GET /api/v1/me with fastify and pg, over the sessions and users that ztix-app reads: the same keys in Redis, the
// same query, the same JSON. One process a core, as Node.js is run in production.
//
//   DATABASE_URL=… REDIS_URL=… BENCH_QUERY=… node me.mjs PORT PROCESSES

import cluster from "node:cluster";
import { createHash } from "node:crypto";
import Fastify from "fastify";
import { Redis } from "ioredis";
import pg from "pg";

const [port, processes] = process.argv.slice(2).map(Number);
const idleSeconds = 1800;

function tokenOf(request) {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === "__Host-ztix") return value;
  }
  return null;
}

async function serve() {
  const redis = new Redis(process.env.REDIS_URL);
  const database = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 / processes });
  const app = Fastify();
  app.get("/api/v1/me", async (request, reply) => {
    const token = tokenOf(request);
    const key = token && `ztix:session:${createHash("sha256").update(token).digest("hex")}`;
    const stored = key && (await redis.getex(key, "EX", idleSeconds));
    if (!stored) return reply.code(401).send({ error: { code: "not_logged_in" } });
    const session = JSON.parse(stored);
    const { rows } = await database.query({ name: "account", text: process.env.BENCH_QUERY, values: [session.user_id] });
    const user = rows[0];
    if (!user || user.disabled || Number(user.login_epoch) !== session.login_epoch) return reply.code(401).send({ error: { code: "not_logged_in" } });
    reply.header("cache-control", "no-store");
    return {
      data: {
        asns: user.asns.map(Number), // pg gives bigint as text
        csrf_token: session.csrf_token,
        has_passkey: user.has_passkey,
        has_second_factor: user.has_second_factor,
        home: user.roles.includes("admin") || user.roles.includes("auditor") ? "/admin/requests" : "/dashboard",
        id: user.id,
        roles: user.roles,
        second_factor_at: session.second_factor_at && new Date(session.second_factor_at / 1000).toISOString(),
        second_factor_required: user.has_second_factor && session.second_factor_at === null,
        username: user.username,
      },
    };
  });
  await app.listen({ host: "127.0.0.1", port });
}

if (cluster.isPrimary) {
  for (let i = 0; i < processes; i++) cluster.fork();
} else {
  await serve();
}
