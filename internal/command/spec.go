package command

import "slices"

// Option is one argument of a command.
type Option struct {
	Name     string
	Summary  string
	Required bool
	Choices  []string // empty: free text
	Article  bool     // names a watched article: autocomplete applies
	Words    bool     // takes all words that are left, as titles do
	Kind     Kind
	Write    bool // to give it needs a manager
	Chat     bool // speaks of what only a chat platform has: channels, roles, threads
}

// Kind is what an option holds, where that is more than a text.
type Kind string

// The kinds of options. At a terminal all are typed.
const (
	Channel Kind = "channel" // a channel's ID
	Role    Kind = "role"    // a role's ID
	Upload  Kind = "file"    // an attachment; it comes as Request.File
	Name    Kind = "name"    // a command's name
	Flag    Kind = "flag"    // true or false; given by its name only, behind all others
)

// Spec describes a command for help texts, for decoding at a terminal and for
// registering with a chat platform.
type Spec struct {
	Name     string
	Summary  string
	Options  []Option // in the order they are given without names
	Write    bool     // needs a manager
	Admin    bool     // needs somebody who manages the server itself
	More     bool     // tells a manager more
	Chat     bool     // of use only on a chat platform
	Examples []string // as typed
}

var (
	articleOption = Option{Name: "article", Summary: "its number from `watch list`, part of its title, or its URL", Required: true, Article: true, Words: true}
	// publicOption is with the commands that show something. Only a chat platform has
	// others who could read along.
	publicOption = Option{Name: "public", Summary: "let everybody in the channel read the answer (default false)", Choices: []string{"true", "false"}, Kind: Flag}
	// entryOption names an article or a feed.
	entryOption = Option{Name: "article", Summary: "its number from `watch list`, part of its title, or its URL; a feed by `feed 1`, its title or URL", Required: true, Article: true, Words: true}
)

// Specs returns every command, in the order help shows them.
func Specs() []Spec {
	entry, read := []Option{entryOption}, []Option{articleOption, publicOption}
	return slices.Concat([]Spec{
		{Name: "watch add", Summary: "watch an article", Write: true, Options: []Option{
			{Name: "url", Summary: "the article's address", Required: true},
			{Name: "alerts", Summary: "what to tell: all, facts (default; facts that changed, and notes) or notes", Choices: []string{"all", "facts", "notes"}},
			{Name: "schedule", Summary: "when to check: adaptive (default; by the article's age), an interval such as 15m or 6h, or a cron expression", Words: true},
			channelOption, mentionOption, threadOption,
		}, Examples: []string{
			"watch add https://example.org/news/story",
			"watch add https://example.org/news/story alerts:all schedule:15m",
			"watch add https://example.org/news/story schedule:CRON_TZ=Europe/Kyiv 0 9 * * 1-5",
		}},
		{Name: "watch feed", Summary: "watch each new article of a feed", Write: true, Options: []Option{
			{Name: "url", Summary: "address of an RSS, Atom or JSON feed, of a news sitemap, or of a page that names its feed", Required: true},
			{Name: "alerts", Summary: "what to tell of its articles: all, facts (default) or notes", Choices: []string{"all", "facts", "notes"}},
			{Name: "schedule", Summary: "when to look for new articles: an interval such as 15m (default), or a cron expression", Words: true},
			{Name: "match", Summary: "only articles with any of these words in title, summary or category: whole words, in any case, with or without accents; with commas between them, phrases; `*` for all", Words: true},
			{Name: "keep", Summary: "how long each article is watched, such as 12h or 30d (default); one that somebody adds by hand stays"},
			{Name: "backlog", Summary: "how many of the articles listed now to watch (default 0)"},
			channelOption, mentionOption, threadOption,
		}, Examples: []string{
			"watch feed https://example.org/feed.xml",
			"watch feed https://example.org/news/ match:ferry, harbour master keep:7d",
			"watch feed https://example.org/feed.xml backlog:5 schedule:1h",
		}},
		{Name: "watch list", Summary: "what is watched here", Options: []Option{{Name: "page", Summary: "page of the list"}, publicOption}},
		{Name: "watch show", Summary: "one watch or feed in full", Options: []Option{entryOption, publicOption}, Examples: []string{"watch show 1", "watch show storm coast", "watch show feed 1"}},
		{Name: "watch check", Summary: "look at the page now", Options: read, Examples: []string{"watch check 1"}},
		{Name: "watch edit", Summary: "change what was chosen for a watch or feed", Write: true, Options: []Option{entryOption,
			{Name: "alerts", Summary: "what to tell: all, facts or notes", Choices: []string{"all", "facts", "notes"}},
			{Name: "schedule", Summary: "when to check: adaptive, an interval such as 15m, or a cron expression", Words: true},
			mentionOption, threadOption,
			{Name: "channel", Summary: "tell it there from now on, with what waits to be told", Kind: Channel, Chat: true},
			{Name: "reset", Summary: "call no role any more", Choices: []string{"mention"}, Chat: true},
			{Name: "match", Summary: "of a feed: only articles with any of these words; `*` for all", Words: true},
			{Name: "keep", Summary: "of a feed: how long each article is watched, such as 12h or 30d"},
		}, Examples: []string{"watch edit 1 alerts:all schedule:15m", "watch edit storm coast schedule:1h", "watch edit feed 1 match:ferry keep:7d"}},
		{Name: "watch pause", Summary: "stop checking for this channel", Write: true, Options: entry},
		{Name: "watch resume", Summary: "check again", Write: true, Options: entry},
		{Name: "watch mute", Summary: "keep checking, stay quiet for a while", Write: true, Options: []Option{articleOption,
			{Name: "for", Summary: "how long, such as 8h or 3d (default 24h); 0 ends it"}},
			Examples: []string{"watch mute 1", "watch mute storm coast for:8h"}},
		{Name: "watch unmute", Summary: "hear of a block that is muted for others, or ignored here", Write: true, Options: []Option{articleOption,
			{Name: "block", Summary: "its name from `why`, or part of its text", Required: true, Words: true}},
			Examples: []string{"watch unmute 1 block:k3fa2", "watch unmute storm coast block:followers"}},
		{Name: "watch ignore", Summary: "never hear of a block, or of what a pattern matches; lists what is ignored", Write: true, Options: []Option{articleOption,
			{Name: "block", Summary: "part of the block's text, or of the headline, as it stands now", Words: true},
			{Name: "pattern", Summary: "RE2 pattern; a change of nothing but what it matches is ignored", Words: true},
			{Name: "remove", Summary: "hear of it again: its name from the list, or part of its text", Words: true}},
			Examples: []string{"watch ignore 1", "watch ignore 1 block:most read", `watch ignore 1 pattern:\d+ (views|shares)`, "watch ignore 1 remove:views"}},
		{Name: "watch remove", Summary: "stop watching (can be undone for 10 minutes)", Write: true, Options: entry},
		{Name: "watch restore", Summary: "undo a removal", Write: true, Options: []Option{
			{Name: "id", Summary: "as the removal named it", Required: true}}},
		{Name: "watch retry", Summary: "send again what was given up; `status` lists it", Write: true},
	}, importSpecs(), []Spec{
		{Name: "diff", Summary: "the latest change, or between any two revisions", Options: []Option{articleOption,
			{Name: "from", Summary: "number of the earlier revision, from `history`"},
			{Name: "to", Summary: "number of the later revision (default: the newest)"},
			{Name: "view", Summary: "summary (default) or text (every edit)", Choices: []string{"summary", "text"}},
			publicOption},
			Examples: []string{"diff 1", "diff storm coast view:text", "diff 1 from:1 to:3"}},
		historySpec(),
		{Name: "why", Summary: "what the last checks saw, and why it was told or not", Options: read, Examples: []string{"why 1"}},
		digestSpec(),
		{Name: "status", Summary: "health of all watches", More: true, Options: []Option{publicOption}},
	}, settingsSpecs(), []Spec{
		{Name: "help", Summary: "this list, or one command in full", Options: []Option{{Name: "command", Summary: "a command's name", Words: true, Kind: Name}}, Examples: []string{"help watch add"}},
	})
}

// Alone is a command as it is where there is no chat platform: without what speaks of
// channels, roles and threads.
func (s Spec) Alone() Spec {
	s.Options = slices.DeleteFunc(slices.Clone(s.Options), func(o Option) bool { return o.Chat })
	return s
}

// Find returns the command of that name.
func Find(name string) (Spec, bool) {
	for _, s := range Specs() {
		if s.Name == name {
			return s, true
		}
	}
	return Spec{}, false
}
