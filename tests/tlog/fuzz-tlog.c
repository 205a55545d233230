/* fuzz-tlog.c: what is read of a log has one spelling, whatever bytes come
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "tlog/tropea-tlog-checkpoint.h"
#include "tlog/tropea-tlog-receipt.h"
#include "tlog/tropea-tlog-tile.h"

/* For a long run: compile this file, src/tlog, src/record and src/base with
 *   clang -DTROPEA_FUZZ -fsanitize=fuzzer,address,undefined
 * As a test it runs a few texts, and each many times changed, always the same way.
 */

int LLVMFuzzerTestOneInput (const guint8 *bytes,
                            size_t        length);

static void
check_checkpoint (const char *text)
{
  TropeaTlogCheckpoint checkpoint = { 0 };

  if (tropea_tlog_checkpoint_from_text (text, "local/log", &checkpoint, NULL))
    {
      g_autofree char *again = tropea_tlog_checkpoint_to_text (&checkpoint, "local/log");
      TropeaTlogCheckpoint other = { 0 };

      /* Lines of others are left out; without them it is the same. */
      g_assert_true (tropea_tlog_checkpoint_from_text (again, "local/log", &other, NULL));
      g_assert_cmpmem (&checkpoint, sizeof checkpoint, &other, sizeof other);
      g_assert_cmpuint (strlen (again), <=, strlen (text));
    }
}

static void
check_receipt (const char *text)
{
  g_autoptr(JsonNode) node = json_from_string (text, NULL);
  TropeaTlogReceipt receipt = { 0 };

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node) &&
      tropea_tlog_receipt_from_json (json_node_get_object (node), &receipt, NULL))
    {
      guint8 entry[TROPEA_TLOG_ENTRY_BYTES] = { 0 };
      TropeaTlogCheckpoint checkpoint = { receipt.index + 1, { 0 }, -1, -1 };

      g_assert_false (tropea_tlog_receipt_check (&receipt, entry, &checkpoint));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  g_autofree char *text = g_strndup ((const char *) bytes, length);
  guint8 public_key[32] = { 4 };
  TropeaTlogTile tile = { 0 };
  TropeaTlogFrontier frontier = { 0 };
  g_autofree char *opened = tropea_tlog_note_open ((const char *) bytes, length, "local/log",
                                                   public_key, NULL);

  /* Nobody can sign for this key. */
  g_assert_null (opened);
  if (tropea_tlog_tile_from_path (text, &tile))
    {
      g_autofree char *path = tropea_tlog_tile_to_path (&tile);

      g_assert_cmpstr (path, ==, text);
    }
  check_checkpoint (text);
  check_receipt (text);
  if (length >= sizeof (guint64))
    {
      guint64 size = 0;

      memcpy (&size, bytes, sizeof size);
      tropea_tlog_frontier_from_bytes (size, bytes + sizeof size, length - sizeof size,
                                       &frontier);
    }

  return 0;
}

#ifndef TROPEA_FUZZ

#define SEED 20261122
#define ROUNDS_PER_SEED 4000

#define NOTE_SEED \
  "local/log\n12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" \
  "\xe2\x80\x94 local/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz" \
  "Gku9nTo+zyWE+xeMcTOAYQ8=\n"
#define RECEIPT_SEED \
  "{\"index\":7,\"nonce\":\"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\"," \
  "\"proof\":\"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\"}"

static const char * const seeds[] = {
  "tile/0/x001/x234/067.p/8",
  "tile/entries/255",
  "local/log\n12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nminted 100\nsimulated 0\n",
  NOTE_SEED,
  RECEIPT_SEED,
};

static void
mutate (GRand   *rand,
        GString *text)
{
  static const char likely[] = "x/.p0123456789+=\n \xe2\x80\x94{}\":,-minted";

  for (int i = g_rand_int_range (rand, 1, 4); i > 0 && text->len > 1; i--)
    {
      gssize at = g_rand_int_range (rand, 0, (gint32) text->len);

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          text->str[at] = likely[g_rand_int_range (rand, 0, (gint32) sizeof likely)];
          break;

        case 1:
          text->str[at] = (char) g_rand_int_range (rand, 0, 256);
          break;

        case 2:
          g_string_insert_c (text, at, likely[g_rand_int_range (rand, 0, (gint32) sizeof likely)]);
          break;

        default:
          g_string_erase (text, at, 1);
          break;
        }
    }
}

static void
test_mutated (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (SEED);

  for (gsize i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      LLVMFuzzerTestOneInput ((const guint8 *) seeds[i], strlen (seeds[i]));
      for (guint round = 0; round < ROUNDS_PER_SEED; round++)
        {
          g_autoptr(GString) text = g_string_new (seeds[i]);

          mutate (rand, text);
          LLVMFuzzerTestOneInput ((const guint8 *) text->str, text->len);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  g_test_add_func ("/tlog/fuzz/nothing-has-two-spellings", test_mutated);

  return g_test_run ();
}

#endif
