/* tropea-database.h: opens a SQLite file the safe way and brings its schema up to date
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * TropeaDatabaseError:
 * @TROPEA_DATABASE_ERROR_FAILED: anything that has no code of its own
 * @TROPEA_DATABASE_ERROR_UNAVAILABLE: the file cannot be opened or written where it is
 * @TROPEA_DATABASE_ERROR_FULL: the disk is full; what was committed before stands
 * @TROPEA_DATABASE_ERROR_BUSY: another process holds the file
 * @TROPEA_DATABASE_ERROR_CORRUPT: the file is no database, or a damaged one
 * @TROPEA_DATABASE_ERROR_TOO_NEW: the file was written by a later version of this program
 */
typedef enum
{
  TROPEA_DATABASE_ERROR_FAILED,
  TROPEA_DATABASE_ERROR_UNAVAILABLE,
  TROPEA_DATABASE_ERROR_FULL,
  TROPEA_DATABASE_ERROR_BUSY,
  TROPEA_DATABASE_ERROR_CORRUPT,
  TROPEA_DATABASE_ERROR_TOO_NEW,
} TropeaDatabaseError;

#define TROPEA_DATABASE_ERROR (tropea_database_error_quark ())
GQuark    tropea_database_error_quark  (void);

gboolean  tropea_database_open         (const char          *path,
                                        const char * const  *steps,
                                        sqlite3            **db,
                                        GError             **error);
gboolean  tropea_database_exec         (sqlite3             *db,
                                        const char          *sql,
                                        GError             **error);
gboolean  tropea_database_prepare      (sqlite3             *db,
                                        const char          *sql,
                                        sqlite3_stmt       **statement,
                                        GError             **error);
gboolean  tropea_database_step         (sqlite3_stmt        *statement,
                                        gboolean            *has_row,
                                        GError             **error);
gboolean  tropea_database_query_int64  (sqlite3             *db,
                                        const char          *sql,
                                        gint64              *value,
                                        GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, sqlite3_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

G_END_DECLS
