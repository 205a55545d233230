/* test-tlog-note.c: notes and checkpoints are those of C2SP, and nothing else is
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "record/tropea-encoding.h"
#include "tlog/tropea-tlog-checkpoint.h"
#include "tlog/tropea-tlog-receipt.h"

/* The note and the key that other implementations test with. */
#define NAME "PeterNeumann"
#define TEXT "If you think cryptography is the answer to your problem,\n" \
             "then you don't know what your problem is.\n"
#define LINE "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1" \
             "FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define PUBLIC "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define SECRET "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"

#define OTHER_LINE "\xe2\x80\x94 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+" \
                   "vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

/* The examples of the specifications; their keys are not published. */
#define SPEC_NOTE \
  "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n" \
  "ed \xc3\xa8 subito sera.\n\n" \
  "\xe2\x80\x94 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9" \
  "oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
#define SPEC_CHECKPOINT "example.com/behind-the-sofa\n20852163\n" \
                        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static void
load_key (const char *text,
          guint8     *key)
{
  guint8 blob[33];

  g_assert_true (tropea_base64_decode (text, strlen (text), blob, sizeof blob));
  g_assert_cmpuint (blob[0], ==, 1);
  memcpy (key, blob + 1, 32);
}

static TropeaSecret *
make_secret (guint8 *public_key)
{
  guint8 seed[32];
  g_autoptr(TropeaSecret) secret = tropea_secret_new (crypto_sign_SECRETKEYBYTES);

  load_key (SECRET, seed);
  crypto_sign_seed_keypair (public_key, tropea_secret_get_data (secret), seed);

  return g_steal_pointer (&secret);
}

static void
test_published_note (void)
{
  guint8 public_key[32];
  guint8 derived[32];
  g_autoptr(TropeaSecret) secret = make_secret (derived);
  g_autofree char *note = tropea_tlog_note_sign (TEXT, NAME, secret);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  load_key (PUBLIC, public_key);
  g_assert_cmpmem (public_key, 32, derived, 32);
  g_assert_cmpstr (note, ==, TEXT "\n" LINE);

  text = tropea_tlog_note_open (note, strlen (note), NAME, public_key, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, TEXT);
}

static const struct
{
  const char *what;
  const char *note;
  gboolean    is_good;
} notes[] = {
  { "another's line before", TEXT "\n" OTHER_LINE LINE, TRUE },
  { "another's line after", TEXT "\n" LINE OTHER_LINE, TRUE },
  { "an unknown kind of key", TEXT "\n\xe2\x80\x94 a.example/1 AAAA\n" LINE, TRUE },
  { "the same name, another id", TEXT "\n\xe2\x80\x94 PeterNeumann AAAAAAAA\n" LINE, TRUE },
  { "only another's line", TEXT "\n" OTHER_LINE, FALSE },
  { "no line", TEXT "\n", FALSE },
  { "no empty line", TEXT LINE, FALSE },
  { "nothing", "", FALSE },
  { "another text", "x" TEXT "\n" LINE, FALSE },
  { "a text without its last newline",
    "If you think cryptography is the answer to your problem,\n\n" LINE, FALSE },
  { "a line that is none", TEXT "\nhello\n" LINE, FALSE },
  { "an empty line between", TEXT "\n" OTHER_LINE "\n" LINE, FALSE },
  { "a hyphen for the dash", TEXT "\n- PeterNeumann AAAA\n" LINE, FALSE },
  { "no newline at the end", TEXT "\n\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFup"
    "LLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=", FALSE },
  { "no name", TEXT "\n\xe2\x80\x94  AAAA\n" LINE, FALSE },
  { "a plus in a name", TEXT "\n\xe2\x80\x94 a+b AAAA\n" LINE, FALSE },
  { "a wide space in a name", TEXT "\n\xe2\x80\x94 a\xe3\x80\x80" "b AAAA\n" LINE, FALSE },
  { "no base64", TEXT "\n\xe2\x80\x94 a.example !!!!\n" LINE, FALSE },
  { "base64 cut short", TEXT "\n\xe2\x80\x94 a.example AAA\n" LINE, FALSE },
  { "a carriage return", "a\r\n\n" LINE, FALSE },
  { "not UTF-8", "a\xff\n\n" LINE, FALSE },
  { "a signature of another note", "hello\n\n" LINE, FALSE },
};

static void
test_notes (void)
{
  guint8 public_key[32];

  load_key (PUBLIC, public_key);
  for (gsize i = 0; i < G_N_ELEMENTS (notes); i++)
    {
      g_autofree char *text = tropea_tlog_note_open (notes[i].note, strlen (notes[i].note), NAME,
                                                     public_key, NULL);

      g_test_message ("%s", notes[i].what);
      g_assert_true ((text != NULL) == notes[i].is_good);
      if (text != NULL)
        g_assert_cmpstr (text, ==, TEXT);
    }
}

/* Signed by somebody whom we do not know: read as far as that, and refused for that reason. */
static void
test_example_of_the_specification (void)
{
  guint8 public_key[32] = { 1 };
  g_autoptr(GError) error = NULL;
  g_autofree char *text = tropea_tlog_note_open (SPEC_NOTE, strlen (SPEC_NOTE), NAME, public_key,
                                                 &error);

  g_assert_null (text);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "not signed by the key"));
}

static void
test_every_bit (void)
{
  guint8 public_key[32];
  const char *note = TEXT "\n" LINE;
  gsize length = strlen (note);

  load_key (PUBLIC, public_key);
  for (gsize i = 0; i < length * 8; i++)
    {
      g_autofree char *changed = g_strdup (note);
      g_autofree char *text = NULL;

      changed[i / 8] = (char) (changed[i / 8] ^ 1 << i % 8);
      text = tropea_tlog_note_open (changed, length, NAME, public_key, NULL);
      g_assert_null (text);
    }
}

static void
test_checkpoint (void)
{
  TropeaTlogCheckpoint checkpoint = { 0 };
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (tropea_tlog_checkpoint_from_text (SPEC_CHECKPOINT, "example.com/behind-the-sofa",
                                                   &checkpoint, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (checkpoint.size, ==, 20852163);
  g_assert_cmpint (checkpoint.minted, ==, -1);
  text = tropea_tlog_checkpoint_to_text (&checkpoint, "example.com/behind-the-sofa");
  g_assert_cmpstr (text, ==, SPEC_CHECKPOINT);
}

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static const struct
{
  const char *text;
  gboolean    is_good;
} checkpoints[] = {
  { "a\n1\n" ROOT, TRUE },
  { "a\n0\n" ROOT, TRUE },
  { "a\n1\n" ROOT "something of others\n", TRUE },
  { "a\n1\n" ROOT "minted 100\nsimulated 0\n", TRUE },
  { "b\n1\n" ROOT, FALSE },
  { "a\n01\n" ROOT, FALSE },
  { "a\n-1\n" ROOT, FALSE },
  { "a\n+1\n" ROOT, FALSE },
  { "a\n 1\n" ROOT, FALSE },
  { "a\n\n" ROOT, FALSE },
  { "a\n99999999999999999999\n" ROOT, FALSE },
  { "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", FALSE },
  { "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", FALSE },
  { "a\n1\n", FALSE },
  { "a\n1\n" ROOT "\n", FALSE },
  { "a\n1\n" ROOT "minted 100\nminted 100\n", FALSE },
  { "a\n1\n" ROOT "minted 0100\n", FALSE },
  { "a\n1\n" ROOT "minted -5\n", FALSE },
  { "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", FALSE },
  { "", FALSE },
};

static void
test_checkpoints (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (checkpoints); i++)
    {
      TropeaTlogCheckpoint checkpoint = { 0 };

      g_test_message ("%s", checkpoints[i].text);
      g_assert_true (tropea_tlog_checkpoint_from_text (checkpoints[i].text, "a", &checkpoint,
                                                       NULL) == checkpoints[i].is_good);
    }
}

static void
test_signed_checkpoint (void)
{
  guint8 public_key[32];
  g_autoptr(TropeaSecret) secret = make_secret (public_key);
  TropeaTlogCheckpoint checkpoint = { 1, { 7 }, 1200, 0 };
  TropeaTlogCheckpoint again = { 0 };
  g_autofree char *name = tropea_tlog_dup_log_name ("ledger.example.org");
  g_autofree char *note = tropea_tlog_checkpoint_sign (&checkpoint, name, secret);
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (name, ==, "ledger.example.org/log");
  g_assert_true (tropea_tlog_checkpoint_open (note, name, public_key, &again, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (again.size, ==, 1);
  g_assert_cmpint (again.minted, ==, 1200);
  g_assert_cmpmem (again.root, 32, checkpoint.root, 32);
  public_key[0] ^= 1;
  g_assert_false (tropea_tlog_checkpoint_open (note, name, public_key, &again, NULL));
  g_assert_false (tropea_tlog_checkpoint_open (note, "local/log", public_key, &again, NULL));
}

static TropeaRecord
make_record (void)
{
  TropeaRecord record = { "0f8fad5b-d9cb-469f-a165-70867728950e" };

  record.timestamp_ms = 1700000000000;
  record.duration_s = 600;
  record.bytes = 4200000;
  memset (record.client_pub, 0x11, sizeof record.client_pub);
  memset (record.signature, 0x22, sizeof record.signature);

  return record;
}

/* Any change of what the entry is made of is another entry; see check-log.py for the same
 * computed by somebody else. */
static void
test_entry (void)
{
  TropeaRecord record = make_record ();
  guint8 nonce[32] = { 3 };
  guint8 entry[5][32];

  tropea_tlog_entry_for_session (&record, "local", 5, "self-reported", nonce, entry[0]);
  tropea_tlog_entry_for_session (&record, "local", 6, "self-reported", nonce, entry[1]);
  tropea_tlog_entry_for_session (&record, "local", 5, "simulated", nonce, entry[2]);
  tropea_tlog_entry_for_session (&record, "other", 5, "self-reported", nonce, entry[3]);
  nonce[31] = 1;
  tropea_tlog_entry_for_session (&record, "local", 5, "self-reported", nonce, entry[4]);
  for (gsize i = 1; i < G_N_ELEMENTS (entry); i++)
    g_assert_cmpint (memcmp (entry[0], entry[i], 32), !=, 0);
}

static void
test_receipt (void)
{
  TropeaTlogReceipt receipt = { .index = 1, .nonce = { 9 }, .n_hashes = 1 };
  TropeaTlogReceipt again = { 0 };
  TropeaTlogCheckpoint checkpoint = { .size = 2 };
  TropeaRecord record = make_record ();
  guint8 entry[32];
  guint8 leaf[32];
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tlog_entry_for_session (&record, "local", 5, "self-reported", receipt.nonce, entry);
  tropea_tlog_hash_leaf (entry, sizeof entry, leaf);
  memset (receipt.proof, 0x55, 32);
  tropea_tlog_hash_node (receipt.proof, leaf, checkpoint.root);

  tropea_tlog_receipt_append_json (&receipt, json);
  node = json_from_string (json->str, &error);
  g_assert_no_error (error);
  g_assert_true (tropea_tlog_receipt_from_json (json_node_get_object (node), &again, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (again.index, ==, 1);
  g_assert_cmpuint (again.n_hashes, ==, 1);
  g_assert_true (tropea_tlog_receipt_check (&again, entry, &checkpoint));
  entry[0] ^= 1;
  g_assert_false (tropea_tlog_receipt_check (&again, entry, &checkpoint));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  g_test_add_func ("/tlog/note/published-vector", test_published_note);
  g_test_add_func ("/tlog/note/good-and-bad", test_notes);
  g_test_add_func ("/tlog/note/example-of-the-specification", test_example_of_the_specification);
  g_test_add_func ("/tlog/note/any-changed-bit-is-seen", test_every_bit);
  g_test_add_func ("/tlog/checkpoint/example-of-the-specification", test_checkpoint);
  g_test_add_func ("/tlog/checkpoint/good-and-bad", test_checkpoints);
  g_test_add_func ("/tlog/checkpoint/signed", test_signed_checkpoint);
  g_test_add_func ("/tlog/entry/depends-on-everything", test_entry);
  g_test_add_func ("/tlog/receipt/survives-the-wire", test_receipt);

  return g_test_run ();
}
