"""Celery as the peer, over the Redis of REDIS_URL.

    celery -A celery_peer worker …       with BENCH_EVENTS BENCH_FIRST BENCH_AGAIN and BENCH_ACKS_LATE for the task `hold`
    python3 celery_peer.py add COUNT              enqueues jobs 1 to COUNT
    python3 celery_peer.py delay CLIENTS COUNT    COUNT calls of delay() by each of CLIENTS processes; prints the rate.
        With BENCH_AUDIT, the product's statement for an audit row, each commits one to DATABASE_URL first.

Defaults everywhere but for what is named here. See bench/support/events.h for the lines in BENCH_EVENTS.
"""
import multiprocessing
import os
import sys
import time

import celery

app = celery.Celery("celery_peer", broker=os.environ["REDIS_URL"])
app.conf.task_ignore_result = True
if os.environ.get("BENCH_ACKS_LATE"):
    app.conf.task_acks_late = True
    # By default a worker reserves four jobs for each process and runs one of them: 200 would not be in flight.
    app.conf.worker_prefetch_multiplier = 1

EVENTS = os.environ.get("BENCH_EVENTS", "-")
FIRST, AGAIN = (int(os.environ.get(name, "0")) / 1000 for name in ("BENCH_FIRST", "BENCH_AGAIN"))


def write(what, job, run):
    with open(EVENTS, "a") as file:
        file.write(f"{what} {job} {run} {os.getpgrp()} {time.monotonic_ns()}\n")


@app.task
def nothing(job, last):
    """Writes when the first and the last job ran."""
    if job in (1, last):
        write("start", job, 1)


@app.task(bind=True)
def hold(self, job):
    run = 2 if self.request.delivery_info.get("redelivered") else 1
    write("start", job, run)
    time.sleep(FIRST if run == 1 else AGAIN)
    write("end", job, run)


def auditor():
    """Commits the audit row of a job, by the statement of BENCH_AUDIT, prepared as ours is; without one does nothing."""
    statement = os.environ.get("BENCH_AUDIT")
    if not statement:
        return lambda job: None
    import psycopg2

    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"PREPARE audit AS {statement}")
    row = "'user', NULL, 'admin', '192.0.2.1', 'bench', 'route_server.apply_requested', 'route_server', %s, '{}'"
    return lambda job: cursor.execute(f"EXECUTE audit ({row})", (f"rs{job}",))


def call_delay(ready, go, count):
    audit = auditor()
    nothing.delay(0, -1)  # connects
    ready.put(None)
    go.wait()
    for job in range(count):
        audit(job)
        nothing.delay(job, -1)


def delay(clients, count):
    ready, go = multiprocessing.Queue(), multiprocessing.Event()
    processes = [multiprocessing.Process(target=call_delay, args=(ready, go, count)) for _ in range(clients)]
    for process in processes:
        process.start()
    for _ in processes:
        ready.get()
    begin = time.monotonic()
    go.set()
    for process in processes:
        process.join()
    print(clients * count / (time.monotonic() - begin))


def add(count):
    for job in range(1, count + 1):
        if app.conf.task_acks_late:
            hold.delay(job)
        else:
            nothing.delay(job, count)


def main():
    role, *numbers = sys.argv[1:]
    {"add": add, "delay": delay}[role](*map(int, numbers))


if __name__ == "__main__":
    main()
