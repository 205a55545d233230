#!/usr/bin/python3
# test-install.py: what is installed works where it is, and nothing is left when it is uninstalled
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-install.py BUILD UNINSTALL

The prefix of the build is covered with an empty file system that only this test sees.
"""

import configparser
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import tap  # noqa: E402

BUILD, UNINSTALL = map(os.path.abspath, sys.argv[1:3])
APPLICATION = "io.github.tropea.Tropea"
CACHES = ("glib-2.0/schemas/gschemas.compiled", "applications/mimeinfo.cache",
          "icons/hicolor/icon-theme.cache")


def introspect(what):
    answer = subprocess.run(["meson", "introspect", what, BUILD], check=True,
                            stdout=subprocess.PIPE)
    return json.loads(answer.stdout)


def find_files(folder):
    return {os.path.join(path, name) for path, _, names in os.walk(folder) for name in names}


def call(*command, **environment):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, **environment)).stdout


def install(**environment):
    call("meson", "install", "-C", BUILD, "--no-rebuild", **environment)


def destdir_takes_all():
    folder = tempfile.mkdtemp(prefix="tropea-install-")
    try:
        install(DESTDIR=folder)
        expected = {folder + path for path in introspect("--installed").values()}
        found = find_files(folder)
        # Translations are not among what meson lists.
        assert expected <= found, expected - found
        assert all(path.endswith(".mo") for path in found - expected), found - expected
        call(UNINSTALL, BUILD, DESTDIR=folder)
        assert os.listdir(folder) == [], find_files(folder)
    finally:
        shutil.rmtree(folder)


def read_section(path, section):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    with open(path, encoding="utf-8") as file:
        parser.read_string(file.read())
    return parser[section]


def check_desktop(data, prefix):
    """What the desktop finds of it, by the files that the desktop reads."""
    for cache in CACHES:
        assert os.path.exists(os.path.join(data, cache)), cache
    service = read_section(f"{data}/dbus-1/services/{APPLICATION}.service", "D-BUS Service")
    assert os.access(service["Exec"].split()[0], os.X_OK), service["Exec"]
    entry = read_section(f"{data}/applications/{APPLICATION}.desktop", "Desktop Entry")
    assert os.path.exists(f"{data}/icons/hicolor/scalable/apps/{entry['Icon']}.svg")
    assert os.access(os.path.join(prefix, "bin", entry["Exec"].split()[0]), os.X_OK)
    keys = call("gsettings", "--schemadir", f"{data}/glib-2.0/schemas", "list-keys", APPLICATION)
    assert "socks-port" in keys.split(), keys
    assert call(f"{prefix}/bin/tropea", "--version").startswith("tropea ")
    german = call(f"{prefix}/bin/tropea", "--help", LC_ALL="C.UTF-8", LANGUAGE="de")
    english = call(f"{prefix}/bin/tropea", "--help", LC_ALL="C.UTF-8", LANGUAGE="en")
    assert german != english, german


def check_inside(options):
    """In a file system of its own, empty but for what is installed."""
    prefix = options["prefix"]
    data = os.path.join(prefix, options["datadir"])
    install()
    for program in os.listdir(f"{prefix}/bin"):
        call(f"{prefix}/bin/{program}", "--help")
    for unit in find_files(f"{prefix}/lib/systemd"):
        if unit.endswith(".service"):
            command = read_section(unit, "Service")["ExecStart"].split()[0]
            assert os.access(command, os.X_OK), command
    if options["app"]:
        check_desktop(data, prefix)
    call(UNINSTALL, BUILD)
    assert os.listdir(prefix) == [], find_files(prefix)


def prefix_works_and_is_left_empty():
    prefix = introspect_options()["prefix"]
    assert prefix not in ("/", "/usr"), "a build with a prefix of its own is needed"
    is_ours = not os.path.exists(prefix)
    os.makedirs(prefix, exist_ok=True)
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    try:
        inner = subprocess.run(
            ["unshare", "--mount", *as_root, "sh", "-c",
             'mount -t tmpfs none "$0" && exec "$@"', prefix,
             "/usr/bin/python3", os.path.abspath(__file__), BUILD, UNINSTALL, "--inside"],
            capture_output=True, text=True, timeout=120, check=False)
        assert inner.returncode == 0, inner.stdout + inner.stderr
    finally:
        if is_ours:
            os.rmdir(prefix)


def introspect_options():
    return {option["name"]: option["value"] for option in introspect("--buildoptions")}


if "--inside" in sys.argv:
    check_inside(introspect_options())
else:
    os.environ.pop("DESTDIR", None)
    tap.run([
        ("/install/destdir-takes-all-and-is-left-empty", destdir_takes_all),
        ("/install/prefix-works-and-is-left-empty", prefix_works_and_is_left_empty),
    ])
