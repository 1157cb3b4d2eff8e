package command

// Option is one argument of a command.
type Option struct {
	Name     string
	Summary  string
	Required bool
	Choices  []string // empty: free text
	Article  bool     // names a watched article: autocomplete applies
	Words    bool     // takes all words that are left, as titles do
}

// Spec describes a command for help texts, for decoding at a terminal and for
// registering with a chat platform.
type Spec struct {
	Name    string
	Summary string
	Options []Option // in the order they are given without names
	Write   bool     // needs a manager
}

var articleOption = Option{Name: "article", Summary: "number from the list, part of the title, or URL", Required: true, Article: true, Words: true}

// Specs returns every command, in the order help shows them.
func Specs() []Spec {
	alerts := Option{Name: "alerts", Summary: "all, facts (default) or notes", Choices: []string{"all", "facts", "notes"}}
	schedule := Option{Name: "schedule", Summary: "adaptive (default), an interval such as 15m or 6h, or a cron expression"}
	return []Spec{
		{Name: "watch add", Summary: "watch an article", Write: true, Options: []Option{
			{Name: "url", Summary: "the article's address", Required: true}, alerts, schedule}},
		{Name: "watch list", Summary: "what is watched here", Options: []Option{{Name: "page", Summary: "page of the list"}}},
		{Name: "watch show", Summary: "one watch in full", Options: []Option{articleOption}},
		{Name: "watch pause", Summary: "stop checking for this channel", Write: true, Options: []Option{articleOption}},
		{Name: "watch resume", Summary: "check again", Write: true, Options: []Option{articleOption}},
		{Name: "watch mute", Summary: "keep checking, stay quiet for a while", Write: true, Options: []Option{articleOption,
			{Name: "for", Summary: "how long, such as 8h or 3d (default 24h); 0 ends it"}}},
		{Name: "watch remove", Summary: "stop watching (can be undone for 10 minutes)", Write: true, Options: []Option{articleOption}},
		{Name: "watch restore", Summary: "undo a removal", Write: true, Options: []Option{
			{Name: "id", Summary: "as the removal named it", Required: true}}},
		{Name: "watch check", Summary: "look at the page now", Options: []Option{articleOption}},
		{Name: "diff", Summary: "the latest change, or between any two revisions", Options: []Option{articleOption,
			{Name: "from", Summary: "revision number"}, {Name: "to", Summary: "revision number"},
			{Name: "view", Summary: "summary (default) or text", Choices: []string{"summary", "text"}}}},
		{Name: "history", Summary: "every revision, the silent ones too", Options: []Option{articleOption}},
		{Name: "why", Summary: "what the last checks saw, and why they were told or not", Options: []Option{articleOption}},
		{Name: "status", Summary: "health of all watches"},
		{Name: "help", Summary: "this list, or one command in full", Options: []Option{{Name: "command", Summary: "a command's name", Words: true}}},
	}
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
