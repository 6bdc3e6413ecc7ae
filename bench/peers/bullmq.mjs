// BullMQ as the peer. node bullmq.mjs ROLE …, over the Redis of REDIS_URL.
//
//   worker CONCURRENCY EVENTS FIRST AGAIN   works until it is killed; see bench/support/events.h for the lines in EVENTS
//   add COUNT                               adds jobs 1 to COUNT, fifty at a time
//   latency COUNT                           one job at a time to an idle worker of another process; prints microseconds
//
// Defaults everywhere but for what is named here.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Queue, QueueEvents, Worker } = require("bullmq");

const url = new URL(process.env.REDIS_URL);
const connection = { host: url.hostname, port: Number(url.port), password: url.password, maxRetriesPerRequest: null };
const name = "bench";

const now = () => process.hrtime.bigint();

function worker(concurrency, events, first, again) {
  const write = (what, job) => {
    if (events !== "-") appendFileSync(events, `${what} ${job.data.job} ${job.attemptsStarted} ${process.pid} ${now()}\n`);
  };
  const hold = async (job) => {
    const began = now();
    write("start", job);
    const time = job.attemptsStarted === 1 ? first : again;
    if (time > 0) await sleep(time);
    write("end", job);
    return String(began);
  };
  new Worker(name, hold, { connection, concurrency }).on("error", (error) => console.error(error.message));
}

async function add(count) {
  const queue = new Queue(name, { connection });
  for (let first = 1; first <= count; first += 50) {
    const jobs = [];
    for (let job = first; job < first + 50 && job <= count; job++) jobs.push({ name, data: { job } });
    await queue.addBulk(jobs);
  }
  await queue.close();
}

async function latency(count) {
  const queue = new Queue(name, { connection });
  const events = new QueueEvents(name, { connection });
  await events.waitUntilReady();
  const times = [];
  for (let job = 1; job <= count; job++) {
    const before = now();
    const added = await queue.add(name, { job });
    const began = BigInt(await added.waitUntilFinished(events));
    times.push(Number(began - before) / 1000);
    await sleep(50);
  }
  console.log(times.join("\n"));
  await events.close();
  await queue.close();
}

const [role, ...words] = process.argv.slice(2);
if (role === "worker") worker(Number(words[0]), words[1], Number(words[2]), Number(words[3]));
else if (role === "add") await add(Number(words[0]));
else if (role === "latency") await latency(Number(words[0]));
else throw new Error(`no such role: ${role}`);
