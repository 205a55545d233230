/* test-bridge-line.c: whatever is pasted becomes bridges, or a sentence for each line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-bridge-line.h"

#include <string.h>

#include "tor/tropea-bridge-list.h"

#define FP "0123456789ABCDEF0123456789ABCDEF01234567"
#define CERT "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
#define OBFS4 "obfs4 192.0.2.1:443 " FP " " CERT " iat-mode=0"

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    const char *written;
  } rows[] = {
    { OBFS4, OBFS4 },
    { "Bridge " OBFS4, OBFS4 },
    { "bridge\tOBFS4  192.0.2.1:443 $0123456789abcdef0123456789abcdef01234567 " CERT
      " iat-mode=0 ", OBFS4 },
    { "obfs4 192.0.2.1:443 " FP " iat-mode=2 " CERT,
      "obfs4 192.0.2.1:443 " FP " iat-mode=2 " CERT },
    { "obfs4 [2001:DB8:0::1]:65535 " FP " " CERT " iat-mode=1",
      "obfs4 [2001:db8::1]:65535 " FP " " CERT " iat-mode=1" },
    { "192.0.2.1:9001", "192.0.2.1:9001" },
    { "192.0.2.1:9001 " FP, "192.0.2.1:9001 " FP },
    { "Bridge [2001:db8::1]:1 " FP, "[2001:db8::1]:1 " FP },
    { "snowflake 192.0.2.3:80 " FP, "snowflake 192.0.2.3:80 " FP },
    { "snowflake 192.0.2.3:80 " FP " url=https://b.example/ front=f.example ice=stun:s.example:1",
      "snowflake 192.0.2.3:80 " FP " url=https://b.example/ front=f.example ice=stun:s.example:1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TropeaBridgeLine) line = tropea_bridge_line_parse (rows[i].text, &error);
      g_autofree char *written = NULL;

      g_assert_no_error (error);
      written = tropea_bridge_line_to_string (line);
      g_assert_cmpstr (written, ==, rows[i].written);
    }
}

static void
test_wrong (void)
{
  g_autofree char *many = g_strnfill (600, 'a');
  g_autofree char *long_line = g_strconcat ("snowflake 192.0.2.3:80 " FP " url=", many, NULL);
  const struct
  {
    const char *text;
    const char *part;
  } rows[] = {
    { "obfs4 192.0.2.1 " FP " " CERT " iat-mode=0", "This is not a bridge" },
    { "obfs4 bridge.example.org:443 " FP " " CERT " iat-mode=0", "names of hosts" },
    { "obfs4 192.0.2.256:443 " FP " " CERT " iat-mode=0", "not one of IPv4" },
    { "obfs4 0.0.0.0:443 " FP " " CERT " iat-mode=0", "not one of IPv4" },
    { "obfs4 192.0.2.1:0 " FP " " CERT " iat-mode=0", "1 to 65535" },
    { "obfs4 192.0.2.1:65536 " FP " " CERT " iat-mode=0", "1 to 65535" },
    { "obfs4 192.0.2.1:0443 " FP " " CERT " iat-mode=0", "1 to 65535" },
    { "obfs4 192.0.2.1:443: " FP " " CERT " iat-mode=0", "not one of IPv4" },
    { "obfs4 [2001:db8::1:443 " FP " " CERT " iat-mode=0", "in brackets" },
    { "obfs4 [192.0.2.1]:443 " FP " " CERT " iat-mode=0", "not an IPv6" },
    { "obfs4 [::]:443 " FP " " CERT " iat-mode=0", "not an IPv6" },
    { "obfs4 192.0.2.1:443 " CERT " iat-mode=0", "fingerprint is missing" },
    { "obfs4 192.0.2.1:443 " FP "0 " CERT " iat-mode=0", "40 hexadecimal" },
    { "obfs4 192.0.2.1:443 0123 " CERT " iat-mode=0", "40 hexadecimal" },
    { "obfs4 192.0.2.1:443 " FP " iat-mode=0", "needs “cert=” once" },
    { "obfs4 192.0.2.1:443 " FP " " CERT " " CERT " iat-mode=0", "needs “cert=” once" },
    { "obfs4 192.0.2.1:443 " FP " " CERT, "needs “iat-mode=” once" },
    { "obfs4 192.0.2.1:443 " FP " " CERT " iat-mode=3", "0, 1 or 2" },
    { "obfs4 192.0.2.1:443 " FP " " CERT "A iat-mode=0", "not whole" },
    { "obfs4 192.0.2.1:443 " FP " cert=abc iat-mode=0", "not whole" },
    { "obfs4 192.0.2.1:443 " FP " " CERT " iat-mode=0 url=x", "has only" },
    { "obfs4 192.0.2.1:443 " FP " " CERT " iat-mode=0 # mine", "pairs such as" },
    { "obfs4 192.0.2.1:443", "fingerprint is missing" },
    { "snowflake 192.0.2.3:80 " FP " url=a#b", "pairs such as" },
    { "snowflake 192.0.2.3:80 " FP " url=a\"b", "pairs such as" },
    { "snowflake 192.0.2.3:80 " FP " url=a\\", "pairs such as" },
    { "snowflake 192.0.2.3:80 " FP " u;l=a", "pairs such as" },
    { "snowflake 192.0.2.3:80 " FP " url=\303\274", "pairs such as" },
    { long_line, "longer than tor" },
    { "webtunnel [2001:db8::1]:443 " FP " url=https://x.example/", "of this transport" },
    { "meek_lite 192.0.2.2:80 " FP, "of this transport" },
    { "192.0.2.1:443 " FP " " CERT " iat-mode=0", "“obfs4” is missing" },
    { OBFS4 "\nSocksPort 0.0.0.0:9", "too long" },
    { OBFS4 "\rControlPort 9", "too long" },
    { "", "not a bridge" },
    { "Bridge", "not a bridge" },
    { "obfs4 is a transport", "not a bridge" },
    { "Here are your bridges:", "not a bridge" },
    { "SocksPort 0.0.0.0:9050", "of this transport" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (tropea_bridge_line_parse (rows[i].text, &error));
      g_assert_cmpuint (error->domain, ==, TROPEA_BRIDGE_LINE_ERROR);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, rows[i].part));
      g_assert_null (strstr (error->message, FP));
      g_assert_null (strstr (error->message, "example"));
    }
}

/* A letter for each remark: g(ood), o(ut), w(rong), with its line. */
static char *
describe (const char *text)
{
  g_autoptr(GPtrArray) remarks = tropea_bridge_list_check (text);
  GString *description = g_string_new (NULL);

  for (guint i = 0; i < remarks->len; i++)
    {
      const TropeaBridgeRemark *remark = g_ptr_array_index (remarks, i);

      g_assert_cmpuint (strlen (remark->message), >, 0);
      g_assert_true ((remark->bridge != NULL) == (remark->verdict == TROPEA_BRIDGE_VERDICT_GOOD));
      g_string_append_printf (description, "%s%u%c", i == 0 ? "" : " ", remark->line_number,
                              "gow"[remark->verdict]);
    }

  return g_string_free (description, FALSE);
}

static void
test_list (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } rows[] = {
    { "", "" },
    { "\n\n# a comment\n   \n", "" },
    { OBFS4, "1g" },
    { OBFS4 "\r\n\r\n192.0.2.9:1\r\n", "1g 3g" },
    { OBFS4 "\n" OBFS4 "\nobfs4 192.0.2.1:443 " FP " " CERT " iat-mode=1", "1g 2o 3o" },
    { "Hello,\n\nhere are your bridges:\n\n> Bridge " OBFS4 "\n> > 192.0.2.2:9 " FP "\n\nThanks!",
      "1o 3o 5g 6g 8o" },
    { "- `" OBFS4 "`\n* \"192.0.2.2:9\"\n\342\200\242\302\240" "192.0.2.3:9", "1g 2g 3g" },
    { "\357\273\277" OBFS4, "1g" },
    { "> obfs4 192.0.2.1:443 " FP "\n> " CERT "\n> iat-mode=0\n> 192.0.2.2:9\n> " FP, "1g 4g" },
    { "obfs4 192.0.2.1:443\n" FP " " CERT " iat-mode=0\n", "1g" },
    { "obfs4 192.0.2.1:443 " FP "\n\n" CERT " iat-mode=0", "1w 3o" },
    { OBFS4 "\n" FP, "1g 2o" },
    { "obfs4 192.0.2.1:44x " FP " " CERT " iat-mode=0\n" OBFS4, "1w 2g" },
    { "\377\376\n" OBFS4, "1o 2g" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *description = describe (rows[i].text);

      g_assert_cmpstr (description, ==, rows[i].expected);
    }
}

static void
test_parse_list (void)
{
  g_auto(GStrv) bridges = NULL;
  g_autoptr(GError) wrong = NULL;
  g_autoptr(GError) none = NULL;

  bridges = tropea_bridge_list_parse ("words\n192.0.2.2:9\n" OBFS4 "\n192.0.2.2:9", NULL);
  g_assert_cmpuint (g_strv_length (bridges), ==, 2);
  g_assert_cmpstr (bridges[0], ==, "192.0.2.2:9");
  g_assert_cmpstr (bridges[1], ==, OBFS4);

  g_assert_null (tropea_bridge_list_parse (OBFS4 "\n192.0.2.2:99999", &wrong));
  g_assert_error (wrong, TROPEA_BRIDGE_LINE_ERROR, TROPEA_BRIDGE_LINE_ERROR_INVALID);
  g_assert_nonnull (strstr (wrong->message, "Line 2"));

  g_assert_null (tropea_bridge_list_parse ("# nothing\nwords", &none));
  g_assert_error (none, TROPEA_BRIDGE_LINE_ERROR, TROPEA_BRIDGE_LINE_ERROR_PROSE);
}

static void
test_many (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_auto(GStrv) bridges = NULL;

  for (guint i = 1; i <= 150; i++)
    g_string_append_printf (text, "192.0.2.1:%u\n", i);
  bridges = tropea_bridge_list_parse (text->str, NULL);
  g_assert_cmpuint (g_strv_length (bridges), ==, TROPEA_BRIDGE_LIST_MOST);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/bridge-line/good-ones", test_good);
  g_test_add_func ("/bridge-line/wrong-ones-say-what-and-not-who", test_wrong);
  g_test_add_func ("/bridge-list/mails-and-garbage", test_list);
  g_test_add_func ("/bridge-list/first-wrong-line-is-named", test_parse_list);
  g_test_add_func ("/bridge-list/has-an-end", test_many);

  return g_test_run ();
}
