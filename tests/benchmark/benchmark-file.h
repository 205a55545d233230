/* benchmark-file.h: requests made beforehand, and the keys that sign them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdio.h>

#include "record/tropea-record.h"

G_BEGIN_DECLS

/* A file of items: each its length, four bytes in the machine's order, then its bytes. */
typedef struct
{
  const char *data;        /* (unowned) */
  gsize       size_bytes;
} BenchmarkItem;

typedef struct
{
  GMappedFile *file;       /* (owned) */
  gsize        position;
} BenchmarkReader;

gboolean      benchmark_reader_open  (BenchmarkReader  *self,
                                      const char       *path,
                                      GError          **error);
gboolean      benchmark_reader_next  (BenchmarkReader  *self,
                                      BenchmarkItem    *item);
void          benchmark_reader_close (BenchmarkReader  *self);
void          benchmark_write_item   (FILE             *file,
                                      const char       *data,
                                      gsize             size_bytes);

/* The key of this number, the same in every run. */
TropeaSecret *benchmark_key_new      (guint             number);

/* The numbers below @n_keys in an order that looks random, the same in every run. */
guint        *benchmark_order_new    (guint             n_keys,
                                      guint             number);

G_END_DECLS
