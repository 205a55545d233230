#!/bin/sh
# full-disk.sh TEST [ARGUMENT]...: runs a test with a real file system that is soon full
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The mount is in a namespace of its own and goes away with it. Without being root, a user
# namespace lends the right to mount.
set -eu

if [ "${TROPEA_TEST_FULL_DIR:-}" = "" ]; then
  TROPEA_TEST_FULL_DIR=$(mktemp -d)
  export TROPEA_TEST_FULL_DIR
  trap 'rmdir "$TROPEA_TEST_FULL_DIR"' EXIT
  if [ "$(id -u)" = 0 ]; then
    unshare --mount --propagation private "$0" "$@"
  else
    unshare --user --map-root-user --mount --propagation private "$0" "$@"
  fi
  exit
fi

mount -t tmpfs -o size=512k tmpfs "$TROPEA_TEST_FULL_DIR"
exec "$@"
