#!/usr/bin/python3
# check-deployment.py: the examples for a ledger's operator fit the program and each other
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-deployment.py LEDGER CONTAINERFILE HAPROXY KUBERNETES TORRC MAN-PAGE CONFIGURATION

With the real haproxy, tor and man."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

import yaml

from ledger_client import Key, Ledger, now_ms

PROGRAM, CONTAINERFILE, HAPROXY, KUBERNETES, TORRC, MAN_PAGE, CONFIGURATION = \
    (os.path.abspath(path) for path in sys.argv[1:])
PORT = 8471


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def run(*arguments, status=0, **options):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, **options)
    assert done.returncode == status, done
    return done


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def test_man_page(_folder):
    """Without a warning, and with every word that the program knows."""
    done = run("man", "--warnings=w", "--encoding=UTF-8", "--local-file", MAN_PAGE,
               env={**os.environ, "MANWIDTH": "80", "MANROFFSEQ": "", "LC_ALL": "C.UTF-8"})
    assert done.stderr == "", done.stderr
    assert "tropea-ledger" in done.stdout and len(done.stdout.splitlines()) > 100
    source = read(MAN_PAGE).replace("\\-", "-")
    help_text = run(PROGRAM, "--help").stdout
    options = set(re.findall(r"--[a-z-]+", help_text)) - {"--help"}
    assert len(options) > 10
    commands = set(re.search(r"\[([a-z|]+)\]\n", help_text)[1].split("|"))
    assert commands >= {"verify", "backup", "migrate"}
    for word in options | commands:
        assert re.search(re.escape(word) + r"(?![a-z-])", source), word
    keys = re.findall(r"(?m)^#?([a-z-]+)=", read(CONFIGURATION))
    assert len(keys) > 15
    for key in keys:
        assert re.search(r"(?<![a-z-])" + key + r"(?![a-z-])", source.replace("\\", "")), key


def test_torrc(folder):
    text = read(TORRC)
    torrc = os.path.join(folder, "torrc")
    assert "HiddenServicePort 80 127.0.0.1:%d\n" % PORT in text
    assert "\nHiddenServicePoWDefensesEnabled 1\n" in text
    own = text.replace("/var/lib/tor/tropea-ledger", os.path.join(folder, "onion"))
    assert own != text
    with open(torrc, "w", encoding="utf-8") as file:
        file.write(own + "DataDirectory %s\nSocksPort 0\n" % os.path.join(folder, "tor"))
    done = run("tor", "--verify-config", "--defaults-torrc", os.devnull, "-f", torrc)
    assert "Configuration was valid" in done.stdout, done
    warnings = [line for line in done.stdout.split("\n")
                if "[warn]" in line and "running Tor as root" not in line]
    assert not warnings, warnings
    with open(torrc, "a", encoding="utf-8") as file:
        file.write("HiddenServiceNoSuchDefence 1\n")
    run("tor", "--verify-config", "--defaults-torrc", os.devnull, "-f", torrc, status=1)


def ask(port, path):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    c.request("GET", path)
    answer = c.getresponse()
    answer.read()
    c.close()
    return answer.status


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def can_ask(port):
    try:
        return ask(port, "/readyz") == 200
    except OSError:
        return False


def test_haproxy(folder):
    """The example with other ports, in front of a ledger and of one that is down."""
    done = run("haproxy", "-c", "-f", HAPROXY)
    assert "[WARNING]" not in done.stderr + done.stdout, done
    ledger = Ledger(PROGRAM, folder, "--quiet")
    front, down = free_ports(2)
    text = read(HAPROXY)
    for old, new in (("127.0.0.1:8470", front), ("127.0.0.1:8471", ledger.port),
                     ("127.0.0.1:8472", down)):
        assert text.count(old) == 1, old
        text = text.replace(old, "127.0.0.1:%d" % new)
    config = os.path.join(folder, "haproxy.cfg")
    with open(config, "w", encoding="utf-8") as file:
        file.write(text)
    proxy = subprocess.Popen(["haproxy", "-db", "-q", "-f", config], stdin=subprocess.DEVNULL)
    try:
        wait_until(lambda: can_ask(front))
        direct, ledger.port = ledger.port, front
        for number in range(20):
            status, answer = ledger.submit(Key().session(now_ms() - 10**7 - number))
            assert status == 200 and answer["status"] == "accepted", answer
        assert ask(front, "/metrics") == 404 and ask(direct, "/metrics") == 200
    finally:
        proxy.terminate()
        proxy.wait(10)
    assert ledger.stop() == 0


class StrictLoader(yaml.SafeLoader):
    """Takes no key twice, as the API server does."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), (node.start_mark, keys)
        return super().construct_mapping(node, deep)


def test_kubernetes(folder):
    documents = {one["kind"]: one for one in yaml.load_all(read(KUBERNETES), StrictLoader)}
    assert set(documents) == {"ConfigMap", "Deployment", "Service", "PodDisruptionBudget"}
    deployment = documents["Deployment"]["spec"]
    pod = deployment["template"]["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    assert deployment["selector"]["matchLabels"] == labels
    assert documents["Service"]["spec"]["selector"] == labels
    budget = documents["PodDisruptionBudget"]["spec"]
    assert budget["selector"]["matchLabels"] == labels
    assert 0 < budget["minAvailable"] < deployment["replicas"]

    container, = pod["containers"]
    for one in (container, *pod["initContainers"]):
        context = one["securityContext"]
        assert context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"]
        assert context["capabilities"] == {"drop": ["ALL"]} and one["resources"]["limits"]
        assert one["image"] == "tropea-ledger:" + run(PROGRAM, "--version").stdout.split()[1]
        volumes = {volume["name"] for volume in pod["volumes"]}
        assert {mount["name"] for mount in one["volumeMounts"]} <= volumes
    port, = container["ports"]
    assert port["containerPort"] == PORT
    service_port, = documents["Service"]["spec"]["ports"]
    assert service_port["targetPort"] == port["name"]

    # What comes from the Secret comes from it alone, and the comment makes all of it.
    refs = [e["valueFrom"]["secretKeyRef"] for e in container["env"]]
    secret = next(v["secret"] for v in pod["volumes"] if "secret" in v)
    assert {r["name"] for r in refs} == {secret["secretName"]}
    made = set(re.findall(r"--from-(?:literal|file)=([a-z.]+)", read(KUBERNETES)))
    assert made == {r["key"] for r in refs} | {i["key"] for i in secret["items"]}
    assert {e["name"] for e in container["env"]} == {"LEDGER_DATABASE", "PGPASSWORD"}

    # The program takes the arguments and the configuration, and answers the probes.
    config = os.path.join(folder, "ledger.conf")
    key_file = "/run/tropea-ledger/ledger.key"
    text = documents["ConfigMap"]["data"]["ledger.conf"]
    assert "key-file=" + key_file in text and "listen=0.0.0.0:%d" % PORT in text
    assert key_file in pod["initContainers"][0]["command"]
    with open(config, "w", encoding="utf-8") as file:
        file.write(text.replace(key_file, os.path.join(folder, "ledger.key")))
    given = {"/etc/tropea/ledger.conf": config, "$(LEDGER_DATABASE)":
             "sqlite:" + os.path.join(folder, "kubernetes.db")}
    arguments = [given.get(word, word) for word in container["args"]]
    assert arguments != container["args"]
    process = subprocess.Popen([PROGRAM, *arguments, "--listen", "127.0.0.1:0", "--quiet"],
                               stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            got = container[probe]["httpGet"]
            assert got["port"] == "http" and ask(port, got["path"]) == 200, probe
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stdout.close()


def needed_packages():
    """Whose shared libraries the program itself asks for, by the distribution's own records."""
    dynamic = run("objdump", "-p", PROGRAM).stdout
    names = [name for name in re.findall(r"NEEDED\s+(\S+)", dynamic)
             if not name.startswith(("libc.", "libasan", "libubsan", "libm.", "libgcc"))]
    linked = dict(re.findall(r"(\S+) => (\S+)", run("ldd", PROGRAM).stdout))
    found = set()
    for name in names:
        path = os.path.realpath(linked[name])
        spellings = [path, path.removeprefix("/usr")]
        lines = [subprocess.run(["dpkg-query", "--search", p], capture_output=True,
                                text=True).stdout for p in spellings]
        found.add("".join(lines).split(":")[0])
    return found


def test_containerfile(folder):
    text = read(CONTAINERFILE)
    froms = re.findall(r"(?m)^FROM (\S+)", text)
    assert froms == ["docker.io/library/debian:12-slim"] * 2, froms
    runtime = text[text.rindex("FROM "):]
    user = re.search(r"(?m)^USER (\d+):(\d+)$", runtime)
    pod = next(d for d in yaml.safe_load_all(read(KUBERNETES))
               if d["kind"] == "Deployment")["spec"]["template"]["spec"]
    context = pod["securityContext"]
    assert context["runAsNonRoot"] is True
    assert user.groups() == (str(context["runAsUser"]), str(context["runAsGroup"]))
    assert "\nEXPOSE %d\n" % PORT in runtime
    packages = set(re.search(r"--no-install-recommends \\\n +(.*) \\\n", runtime)[1].split())
    assert packages == needed_packages(), packages ^ needed_packages()

    # What the first stage installs and leaves out is as the tree has it.
    root = os.path.dirname(os.environ["G_TEST_SRCDIR"])
    sed = re.search(r"sed -n '([^']+)' (\S+) \| grep -v '([^']+)'", text)
    names = run("sh", "-c", sed[0], cwd=root).stdout.split()
    assert {"gcc", "meson", "libpq-dev", "libmicrohttpd-dev"} <= set(names), names
    assert all(re.fullmatch("[a-z0-9.+-]+", name) for name in names), names
    options = read(os.path.join(root, "meson_options.txt"))
    for option in re.findall(r"-D([a-z]+)=", text):
        assert "option('%s'" % option in options, option

    # Its meson line makes a build that has the program which the second stage copies.
    line = re.search(r"&& (meson setup) /build (.*) \\\n", text)
    build = os.path.join(folder, "build")
    run(*line[1].split(), build, *line[2].split(), cwd=root)
    targets = json.loads(run("meson", "introspect", "--targets", build).stdout)
    made = {name.replace(build, "/build") for one in targets for name in one["filename"]}
    copied = re.search(r"(?m)^COPY --from=build (\S+) (\S+)$", text)
    assert copied[1] in made and "ninja -C /build %s " % copied[1][len("/build/"):] in text
    assert 'ENTRYPOINT ["%s"]' % copied[2] in text
    arguments = re.search(r"(?m)^CMD (.*)$", text)[1]
    assert json.loads(arguments)[0] in run(PROGRAM, "--help").stdout


def main():
    for test in (test_man_page, test_torrc, test_haproxy, test_kubernetes, test_containerfile):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
        print("ok", test.__name__, flush=True)


main()
