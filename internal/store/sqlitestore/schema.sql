-- The store's schema, version 10. Times are milliseconds since 1970 UTC by the
-- store's clock, 0 is never. Blobs named doc are JSON, zstd over 40 bytes.
-- A change here needs a new version in open.go, a migration, and a new fixture.

-- Until when a host must not be asked again.
CREATE TABLE hosts (
  host    TEXT PRIMARY KEY,
  allowed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- A line is what a guild has at a host, of articles (kind a) or feeds (f). turn is when
-- the host may be asked next for it: when the first is due, but not before the host may
-- be asked. A front is when the first of a guild's lines has its turn, so that a claim
-- reads from the heads of two indexes, never passes over hosts that must wait, and finds
-- each guild however much another has due.
CREATE TABLE lines (
  kind  TEXT NOT NULL,
  guild TEXT NOT NULL,
  host  TEXT NOT NULL,
  turn  INTEGER NOT NULL,
  PRIMARY KEY (kind, guild, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX lines_turn ON lines (kind, guild, turn);
CREATE INDEX lines_host ON lines (host);
CREATE TABLE fronts (
  kind  TEXT NOT NULL,
  guild TEXT NOT NULL,
  turn  INTEGER NOT NULL,
  PRIMARY KEY (kind, guild)
) STRICT, WITHOUT ROWID;
CREATE INDEX fronts_turn ON fronts (kind, turn);

-- guild is the one in whose line it stands (empty: in none), lease when the lease ends
-- (0: not leased), version that of the watch set, active the number of watches that
-- want checks, trouble since when it is blind or gone, queue when it may be leased.
CREATE TABLE articles (
  id        TEXT PRIMARY KEY,
  host      TEXT NOT NULL,
  guild     TEXT NOT NULL DEFAULT '',
  url       TEXT NOT NULL,
  title     TEXT NOT NULL DEFAULT '',
  due       INTEGER NOT NULL,
  lease     INTEGER NOT NULL DEFAULT 0,
  token     TEXT NOT NULL DEFAULT '',
  fence     INTEGER NOT NULL DEFAULT 0,
  version   INTEGER NOT NULL DEFAULT 0,
  active    INTEGER NOT NULL DEFAULT 0,
  last      INTEGER NOT NULL DEFAULT 0,
  trouble   INTEGER NOT NULL DEFAULT 0,
  unwatched INTEGER NOT NULL DEFAULT 0,
  queue     INTEGER GENERATED ALWAYS AS
            (CASE WHEN active = 0 THEN NULL WHEN lease > 0 THEN lease ELSE due END) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX articles_queue ON articles (guild, host, queue) WHERE queue IS NOT NULL;
CREATE INDEX articles_unwatched ON articles (unwatched) WHERE unwatched > 0;

CREATE TABLE states (article TEXT PRIMARY KEY, doc BLOB NOT NULL) STRICT;
CREATE TABLE visits (article TEXT PRIMARY KEY, doc BLOB NOT NULL) STRICT; -- JSON lines, newest last
CREATE TABLE flats (article TEXT PRIMARY KEY, reason TEXT NOT NULL) STRICT; -- articles last read without their layout, and why

-- A revision is its metadata and its text: a keyframe, or a delta that has the text
-- of revision n-1 as dictionary. hash is the xxhash of the text's JSON.
CREATE TABLE revisions (
  article  TEXT NOT NULL,
  n        INTEGER NOT NULL,
  keyframe INTEGER NOT NULL,
  hash     INTEGER NOT NULL,
  meta     BLOB NOT NULL,
  body     BLOB NOT NULL,
  PRIMARY KEY (article, n)
) STRICT;
-- choices names those of the watches that hear it, about what is muted.
CREATE TABLE changes (
  article TEXT NOT NULL,
  from_n  INTEGER NOT NULL,
  to_n    INTEGER NOT NULL,
  choices TEXT NOT NULL DEFAULT '',
  doc     BLOB NOT NULL,
  PRIMARY KEY (article, from_n, to_n, choices)
) STRICT;
CREATE TABLE pages (
  article TEXT NOT NULL,
  n       INTEGER NOT NULL,
  body    BLOB NOT NULL,
  PRIMARY KEY (article, n)
) STRICT;

-- What is remembered of a host's articles, so that blocks which stand on several are
-- known (mute.Page).
CREATE TABLE shown (
  host    TEXT NOT NULL,
  article TEXT NOT NULL,
  seen    INTEGER NOT NULL,
  doc     BLOB NOT NULL,
  PRIMARY KEY (host, article)
) STRICT, WITHOUT ROWID;

-- An article that moved: its id, and the article it is now.
CREATE TABLE aliases (id TEXT PRIMARY KEY, target TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_target ON aliases (target);

-- removed is when it was removed; until the undo time is over it can come back.
-- The columns hold over what doc says.
CREATE TABLE watches (
  id           TEXT PRIMARY KEY,
  guild        TEXT NOT NULL,
  channel      TEXT NOT NULL,
  article      TEXT NOT NULL,
  created      INTEGER NOT NULL,
  paused       INTEGER NOT NULL DEFAULT 0,
  muted        INTEGER NOT NULL DEFAULT 0,
  first        INTEGER NOT NULL DEFAULT 0,
  told         INTEGER NOT NULL DEFAULT 0,
  judged       INTEGER NOT NULL DEFAULT 0,
  shown        TEXT NOT NULL DEFAULT '',
  last_message TEXT NOT NULL DEFAULT '',
  removed      INTEGER NOT NULL DEFAULT 0,
  doc          BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX watches_place ON watches (article, guild, channel);
CREATE INDEX watches_guild ON watches (guild, created, id);
CREATE INDEX watches_removed ON watches (removed) WHERE removed > 0;

-- Deliveries of a watch go out in the order of seq. outbox has a row for each watch
-- with a queue: since when its head may be sent (due), and that or the end of its
-- channel's pause, whichever is later (at).
CREATE TABLE deliveries (
  seq       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  watch     TEXT NOT NULL,
  attempts  INTEGER NOT NULL DEFAULT 0,
  attempted INTEGER NOT NULL DEFAULT 0,
  claimed   INTEGER NOT NULL DEFAULT 0,
  token     TEXT NOT NULL DEFAULT '',
  reason    TEXT NOT NULL DEFAULT '',
  doc       BLOB NOT NULL
) STRICT;
CREATE INDEX deliveries_watch ON deliveries (watch, seq);
CREATE TABLE outbox (
  watch   TEXT PRIMARY KEY,
  guild   TEXT NOT NULL,
  channel TEXT NOT NULL,
  due     INTEGER NOT NULL,
  at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_at ON outbox (at);
CREATE INDEX outbox_guild ON outbox (guild, at);
CREATE INDEX outbox_route ON outbox (guild, channel);
CREATE TABLE routes (
  guild   TEXT NOT NULL,
  channel TEXT NOT NULL,
  until   INTEGER NOT NULL,
  reason  TEXT NOT NULL,
  PRIMARY KEY (guild, channel)
) STRICT, WITHOUT ROWID;
-- Until when a channel waits whose deliveries go one by one, and the token of the one that
-- is on its way (empty: it rests). The row without a channel says when the next may be
-- sent, of whatever channel.
CREATE TABLE lanes (
  guild   TEXT NOT NULL,
  channel TEXT NOT NULL,
  until   INTEGER NOT NULL,
  token   TEXT NOT NULL,
  PRIMARY KEY (guild, channel)
) STRICT, WITHOUT ROWID;
CREATE TABLE dead (
  id        TEXT PRIMARY KEY,
  watch     TEXT NOT NULL,
  guild     TEXT NOT NULL,
  at        INTEGER NOT NULL,
  reason    TEXT NOT NULL,
  attempts  INTEGER NOT NULL,
  attempted INTEGER NOT NULL,
  doc       BLOB NOT NULL
) STRICT;
CREATE INDEX dead_guild ON dead (guild, at);
CREATE INDEX dead_watch ON dead (watch);

-- validators holds a feed's whole state, of which they were the first part; failures
-- stands in it and is not written any more. A removed feed is due in ten years: until
-- the undo time is over it can come back. Deliveries of a feed name it as their watch.
CREATE TABLE feeds (
  id         TEXT PRIMARY KEY,
  guild      TEXT NOT NULL,
  host       TEXT NOT NULL,
  created    INTEGER NOT NULL,
  due        INTEGER NOT NULL,
  lease      INTEGER NOT NULL DEFAULT 0,
  token      TEXT NOT NULL DEFAULT '',
  fence      INTEGER NOT NULL DEFAULT 0,
  failures   INTEGER NOT NULL DEFAULT 0,
  validators BLOB NOT NULL,
  doc        BLOB NOT NULL,
  queue      INTEGER GENERATED ALWAYS AS (CASE WHEN lease > 0 THEN lease ELSE due END) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX feeds_queue ON feeds (guild, host, queue);
CREATE INDEX feeds_guild ON feeds (guild, created, id);
CREATE TABLE seen (
  n    INTEGER PRIMARY KEY,
  feed TEXT NOT NULL,
  url  TEXT NOT NULL,
  UNIQUE (feed, url)
) STRICT;

CREATE TABLE guilds (
  id       TEXT PRIMARY KEY,
  settings BLOB NOT NULL,
  gone     INTEGER NOT NULL DEFAULT 0 -- when the bot was removed from it
) STRICT, WITHOUT ROWID;
CREATE INDEX guilds_gone ON guilds (gone) WHERE gone > 0;

-- Edits that a channel was told of, by their names (alert.Story).
CREATE TABLE stories (
  guild   TEXT NOT NULL,
  channel TEXT NOT NULL,
  edit    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  doc     BLOB NOT NULL,
  PRIMARY KEY (guild, channel, edit)
) STRICT, WITHOUT ROWID;
CREATE INDEX stories_at ON stories (at);

-- Who has which session at Discord's gateway, of the processes that share the file.
CREATE TABLE sessions (
  name   TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When deliveries of a guild may be sent that is told only so many in a minute, by
-- delivery: those of the last minute and those to come (deliver.Turns).
CREATE TABLE turns (
  guild    TEXT NOT NULL,
  delivery TEXT NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (guild, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX turns_at ON turns (guild, at);
