package command

import (
	"context"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// Watches is what the commands need to know and change about a guild's watches.
// Every method is confined to its guild: another guild's watch is
// watch.ErrNotFound.
type Watches interface {
	Watches(ctx context.Context, guild string) ([]watch.Watch, error) // oldest first
	Watch(ctx context.Context, guild, id string) (watch.Watch, error)
	// EditWatch reads, edits and writes a watch atomically; the article's due time
	// moves forward when the schedule asks for it (due zero: unchanged). edit may be
	// called more than once; its error ends the edit and is returned. What names the
	// watch (ID, Article, URL, Title, Created, First) stays, and so does its guild. In
	// another channel it has shown nothing yet, and what waits for it goes along;
	// watch.ErrThere when that channel watches the article, watch.ErrBusy while an alert
	// is on its way.
	EditWatch(ctx context.Context, guild, id string, due time.Time, edit func(*watch.Watch) error) (watch.Watch, error)
	// RemoveWatch removes a watch and its queued deliveries; it can be restored
	// for a while (the store's Options say how long), its deliveries with it.
	RemoveWatch(ctx context.Context, guild, id string) (watch.Watch, error)
	// RestoreWatch undoes RemoveWatch; a watch that is not removed is returned as it is.
	RestoreWatch(ctx context.Context, guild, id string) (watch.Watch, error)
	// Resolve follows aliases: the article that a normalised URL belongs to now.
	Resolve(ctx context.Context, normalizedURL string) (string, error)
}

// Feeds is what the commands need to know and change about a guild's feeds. Every
// method is confined to its guild: another guild's feed is watch.ErrNotFound.
type Feeds interface {
	Feeds(ctx context.Context, guild string) ([]watch.FollowedFeed, error) // oldest first
	// EditFeed reads, edits and writes a feed atomically; it is polled no later than
	// due (zero: as it was). edit may be called more than once; its error ends the
	// edit and is returned. ID, URL, Destination, Created and Removed stay.
	EditFeed(ctx context.Context, guild, id string, due time.Time, edit func(*watch.Feed) error) (watch.Feed, error)
	// RemoveFeed ends polling a feed; it can be restored as long as a watch can.
	RemoveFeed(ctx context.Context, guild, id string) (watch.Feed, error)
	// RestoreFeed undoes RemoveFeed. What it returns still names the watches that were
	// removed with it (Took), what it stores does not. A feed that is not removed is
	// returned as it is.
	RestoreFeed(ctx context.Context, guild, id string) (watch.Feed, error)
}

// History is what the commands read of articles that a guild watches. The caller
// checks that the guild watches the article.
type History interface {
	State(ctx context.Context, articleID string) (watch.State, error)
	Due(ctx context.Context, articleID string) (time.Time, error)
	// Revisions lists revisions from to to, without their texts, oldest first.
	Revisions(ctx context.Context, articleID string, from, to int) ([]article.Revision, error)
	Revision(ctx context.Context, articleID string, n int) (article.Revision, error)
	// Change reads the report that the watches of these choices heard, or would have
	// heard (watch.Watch.Choices). watch.ErrNotFound: none was made.
	Change(ctx context.Context, articleID string, from, to int, choices string) (*report.Report, error)
	// Neighbours is what is remembered of the articles of an article's host.
	Neighbours(ctx context.Context, articleID string) ([]mute.Page, error)
	Visits(ctx context.Context, articleID string) ([]watch.Visit, error) // newest first, at most 50
}

// Guilds is what the commands read and write of a guild as a whole.
type Guilds interface {
	Settings(ctx context.Context, guild string) (alert.Settings, error)
	// EditSettings reads, edits and writes a guild's settings atomically. edit may be
	// called more than once; its error ends the edit and is returned.
	EditSettings(ctx context.Context, guild string, edit func(*alert.Settings) error) (alert.Settings, error)
	// Forget deletes everything of a guild.
	Forget(ctx context.Context, guild string) error
	// Health counts a guild's watches and deliveries for /status.
	Health(ctx context.Context, guild string) (Health, error)
}

// Stories is what the commands read of the edits that one channel was told of for
// several pages at once, of the last days, the newest first.
type Stories interface {
	Stories(ctx context.Context, to alert.Destination) ([]alert.Story, error)
}

// Titles is the index that autocompletion reads: one entry for each of a guild's
// watches, in one read. It may lag some seconds behind Watches; what a person picks
// from it is looked up again.
type Titles interface {
	Titles(ctx context.Context, guild string) ([]watch.Title, error) // oldest watch first
}

// DeadLetters lets an admin decide about deliveries that were given up;
// Guilds.Health lists them. Another guild's are watch.ErrNotFound.
type DeadLetters interface {
	// Replay puts a dead letter at the end of its watch's queue again.
	Replay(ctx context.Context, guild, deliveryID string) error
	// Drop deletes a dead letter.
	Drop(ctx context.Context, guild, deliveryID string) error
}

// Presence remembers whether the bot is a member of a guild. Everything of a guild
// is forgotten 7 days after Left, unless Joined is called meanwhile. An outage of
// the guild is not leaving it.
type Presence interface {
	Joined(ctx context.Context, guild string) error
	Left(ctx context.Context, guild string) error
	// Guilds lists the guilds that the bot joined or that chose settings, and that are
	// neither left nor forgotten.
	Guilds(ctx context.Context) ([]string, error)
}

// Keeping says how safely what is stored is kept.
type Keeping interface {
	// Weaknesses says what makes the store keep less than it promises, as its servers or
	// file are now; empty: nothing does.
	Weaknesses(ctx context.Context) ([]watch.Weakness, error)
}

// Sessions divides the sessions at Discord's gateway among the programs that share a
// store and a token: each is held by one of them at a time.
type Sessions interface {
	// HoldSession takes a session, or keeps it, until d from now by the store's clock;
	// false: another holder has it.
	HoldSession(ctx context.Context, session, holder string, d time.Duration) (bool, error)
	// EndSession gives a session up. One that another has stays with it.
	EndSession(ctx context.Context, session, holder string) error
}

// Health is the state of a guild's watches in numbers.
type Health = watch.Health

// DeadLetter is a delivery that was given up.
type DeadLetter = watch.DeadLetter
