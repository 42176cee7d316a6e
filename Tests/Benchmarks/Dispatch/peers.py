"""How fast others hand out tasks whose result is 1 KB, to two worker processes: raw ZeroMQ, dask, Parsl.

Prints a line of JSON for each. Each runs in a session of its own, which is ended when it takes too long."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time

WORKERS = 2
TIME_LIMIT_SECONDS = float(os.environ.get("PEER_TIME_LIMIT", 180))
RESULT = bytes(1024)


def report(name, tasks, seconds):
    print(json.dumps({"name": name, "tasks": tasks, "seconds": seconds, "perSecond": tasks / seconds}), flush=True)


def kilobyte(_):
    # Parsl sends the function without the names around it.
    return bytes(1024)


def zeromq_worker(address):
    import zmq

    socket = zmq.Context().socket(zmq.DEALER)
    socket.connect(address)
    socket.send(b"ready")
    while True:
        task = socket.recv()
        if task == b"end":
            return
        socket.send(RESULT)


def zeromq(tasks, window=16):
    import zmq

    router = zmq.Context().socket(zmq.ROUTER)
    folder = tempfile.mkdtemp()
    address = f"ipc://{folder}/socket"
    router.bind(address)
    processes = [multiprocessing.Process(target=zeromq_worker, args=(address,)) for _ in range(WORKERS)]
    for process in processes:
        process.start()
    peers = [router.recv_multipart()[0] for _ in range(WORKERS)]
    begun = time.perf_counter()
    sent = done = 0
    for peer in peers:
        for _ in range(window):
            router.send_multipart([peer, b"task %d" % sent])
            sent += 1
    while done < tasks:
        peer, _ = router.recv_multipart()
        done += 1
        if sent < tasks:
            router.send_multipart([peer, b"task %d" % sent])
            sent += 1
    report(f"raw ROUTER/DEALER in Python, window {window}", tasks, time.perf_counter() - begun)
    for peer in peers:
        router.send_multipart([peer, b"end"])
    for process in processes:
        process.join()


def dask(tasks):
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            client.gather(client.map(kilobyte, range(100), pure=False))
            begun = time.perf_counter()
            results = client.gather(client.map(kilobyte, range(tasks), pure=False))
            seconds = time.perf_counter() - begun
            assert len(results) == tasks
    report("dask.distributed", tasks, seconds)


def parsl(tasks):
    import parsl
    from parsl.config import Config
    from parsl.executors import HighThroughputExecutor
    from parsl.providers import LocalProvider

    executor = HighThroughputExecutor(
        address="127.0.0.1", max_workers_per_node=WORKERS, provider=LocalProvider(init_blocks=1, max_blocks=1)
    )
    parsl.load(Config(executors=[executor], run_dir=tempfile.mkdtemp()))
    app = parsl.python_app(kilobyte)
    for future in [app(i) for i in range(100)]:
        future.result()
    begun = time.perf_counter()
    for future in [app(i) for i in range(tasks)]:
        future.result()
    report("Parsl HighThroughputExecutor", tasks, time.perf_counter() - begun)
    parsl.dfk().cleanup()


PEERS = {"zeromq": (zeromq, 50_000), "dask": (dask, 3_000), "parsl": (parsl, 3_000)}


def end_session(leader):
    """Kills whatever a peer has started, process groups of their own included."""
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.getsid(int(entry)) == leader:
                os.kill(int(entry), signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def run_apart(name):
    process = subprocess.Popen(
        [sys.executable, __file__, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        output, errors = process.communicate(timeout=TIME_LIMIT_SECONDS)
        ending = f"ended with status {process.returncode}"
    except subprocess.TimeoutExpired as expired:
        output, errors = expired.stdout or b"", expired.stderr or b""
        ending = f"no end within {TIME_LIMIT_SECONDS:.0f} s"
    finally:
        end_session(process.pid)
        process.wait()
    lines = [line for line in output.decode(errors="replace").splitlines() if line.startswith("{")]
    for line in lines:
        print(line, flush=True)
    if not lines:
        said = errors.decode(errors="replace").strip().splitlines()
        print(json.dumps({"name": name, "error": ending + (f": {said[-1]}" if said else "")}), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run, tasks = PEERS[sys.argv[1]]
        try:
            run(tasks)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        # Threads that a peer leaves running would keep its program from ending.
        os._exit(0)
    for peer in PEERS:
        run_apart(peer)
