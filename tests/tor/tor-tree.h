/* tor-tree.h: finds and awaits processes that a test's tor belongs to; removes its files
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

int  test_find_child       (int         parent);
void test_wait_for_process (int         pid,
                            guint       seconds);
void test_remove_tree      (const char *path);
