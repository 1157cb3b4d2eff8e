package command

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"

	"erratum/internal/watch"
)

// maxArg bounds one option of a request, in bytes. Addresses are the longest that
// make sense.
const maxArg = 4000

// Options are what a Router is made of. Polls and Feeds may be nil where no feed is
// followed; all other interfaces are needed.
type Options struct {
	Checks  Checks
	Polls   Polls
	Watches Watches
	Feeds   Feeds
	History History
	Stories Stories
	Guilds  Guilds
	Dead    DeadLetters
	Keeping Keeping // nil: nothing is known of the store
	Places  Places  // nil: there is no channel but that of the request
	Logger  *slog.Logger
	// MinInterval is the shortest schedule a user may ask for.
	MinInterval time.Duration
	// MaxWatches and MaxFeeds are how many of them a guild may have; 0:
	// watch.DefaultQuota and watch.DefaultFeeds.
	MaxWatches, MaxFeeds int
	// MaxChecks is how many pages a guild's people may have looked at in a minute; 0:
	// [DefaultChecks].
	MaxChecks int
	// MaxAlerts is how many alerts a guild is told in a minute, for /status.
	MaxAlerts int
	// Now is the time replies are relative to; nil means time.Now.
	Now func() time.Time
}

// Router answers requests. It is safe for concurrent use.
type Router struct {
	o        Options
	looks    *looks
	handlers map[string]handler
}

type handler func(ctx context.Context, r Request) (Reply, error)

// NewRouter makes a router over what Options name.
func NewRouter(o Options) *Router {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.MaxWatches, o.MaxFeeds = cmp.Or(o.MaxWatches, watch.DefaultQuota), cmp.Or(o.MaxFeeds, watch.DefaultFeeds)
	r := &Router{o: o, looks: newLooks(cmp.Or(o.MaxChecks, DefaultChecks))}
	r.handlers = map[string]handler{
		"watch add":     r.add,
		"watch feed":    r.follow,
		"watch list":    r.list,
		"watch show":    r.show,
		"watch edit":    r.editWatch,
		"watch retry":   r.retry,
		"watch import":  r.imports,
		"watch export":  r.exports,
		"watch pause":   r.pause,
		"watch resume":  r.resume,
		"watch mute":    r.mute,
		"watch unmute":  r.unmute,
		"watch ignore":  r.ignore,
		"watch remove":  r.remove,
		"watch restore": r.restore,
		"watch check":   r.check,
		"diff":          r.diff,
		"history":       r.history,
		"why":           r.why,
		"status":        r.status,
		"help":          r.help,

		"digest":            r.digest,
		"settings show":     r.settings,
		"settings set":      r.setSettings,
		"settings managers": r.managers,
		"settings forget":   r.forget,
	}
	return r
}

// Do runs one command. It always gives a reply: an error becomes one line, and where
// the program is to blame, with a reference that also stands in the log.
func (r *Router) Do(ctx context.Context, req Request) Reply {
	reply, err := r.run(ctx, req)
	if err == nil {
		return reply
	}
	sentence, ours := Words(err)
	if ours {
		ref := strings.ToLower(rand.Text()[:6])
		r.o.Logger.LogAttrs(ctx, slog.LevelError, "command failed",
			slog.String("command", req.Name), slog.String("guild", req.Guild), slog.String("ref", ref), slog.Any("error", err))
		sentence += " If it happens again, tell the operator reference " + ref + "."
	}
	reply = Reply{Text: sentence, Refused: true}
	if refusal := new(Error); errors.As(err, &refusal) {
		reply.Picks = refusal.Picks
	}
	return reply
}

func (r *Router) run(ctx context.Context, req Request) (Reply, error) {
	if full, short := shortForms()[strings.ToLower(req.Name)]; short {
		req.Name = full
	}
	spec, ok := Find(req.Name)
	if !ok {
		return Reply{}, unknown(oneLine(req.Name))
	}
	if spec.Admin && !req.Admin {
		return Reply{}, refuse("Ask someone with Manage Server.", "`%s` is for those who manage this server.", spec.Name)
	}
	if spec.Write && !req.Manager {
		return Reply{}, refuse("Ask someone who may manage this server.", "`%s` is for those who manage what is watched here.", spec.Name)
	}
	args, err := r.options(spec, req.Args)
	if err != nil {
		return Reply{}, err
	}
	for _, o := range spec.Options {
		if o.Write && args[o.Name] != "" && !req.Manager {
			return Reply{}, refuse("Ask someone who may manage this server.", "`%s` with %s is for those who manage what is watched here.", spec.Name, o.Name)
		}
	}
	req.Args = args
	return r.handlers[req.Name](ctx, req)
}

// shortForms are what people type for a command who don't know it by name.
func shortForms() map[string]string {
	return map[string]string{"settings": "settings show", "?": "help"}
}

// options checks what was given for a command's options, and returns it in one line
// each. An option left empty counts as not given.
func (r *Router) options(spec Spec, given map[string]string) (map[string]string, error) {
	args := make(map[string]string, len(given))
	for name, v := range given {
		if len(v) > maxArg {
			return nil, refuse(r.usage(spec), "That is too long for `%s`: it takes at most %d characters.", spec.Name, maxArg)
		}
		if v = oneLine(v); v != "" {
			args[name] = v
		}
	}
	known := make(map[string]bool, len(spec.Options))
	for _, o := range spec.Options {
		known[o.Name] = true
		v, ok := args[o.Name]
		if !ok && o.Required {
			return nil, refuse(r.usage(spec), "`%s` needs %s: %s.", spec.Name, o.Name, o.Summary)
		}
		if ok && len(o.Choices) > 0 {
			if v = strings.ToLower(v); !slices.Contains(o.Choices, v) {
				return nil, refuse("Use one of: "+strings.Join(o.Choices, ", ")+".", "%s can't be %s.", o.Name, quoted(v))
			}
			args[o.Name] = v
		}
	}
	for _, name := range slices.Sorted(keys(given)) {
		if !known[name] {
			return nil, refuse(r.usage(spec), "`%s` has no option %s.", spec.Name, quoted(oneLine(name)))
		}
	}
	return args, nil
}

func keys(m map[string]string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// oneLine makes what a person typed fit to stand in a reply: valid text, white space
// as single spaces, nothing that steers a terminal or reorders what it shows.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// unknown refuses a command that does not exist, and names the one that was meant.
func unknown(name string) error {
	if name == "" {
		return refuse("`help` lists the commands.", "There is no command without a name.")
	}
	if strings.EqualFold(name, "setup") {
		return refuse("`watch add URL` watches an article.", "There is nothing to set up here: `setup` is for channels on Discord.")
	}
	if strings.Contains(name, "://") && !strings.Contains(name, " ") {
		return refuse("`help` lists the commands.", "Did you mean `watch add %s`?", typedURL(name))
	}
	var family, near []string
	word, rest, _ := strings.Cut(name, " ")
	for _, s := range Specs() {
		first, last, _ := strings.Cut(s.Name, " ")
		switch {
		case strings.EqualFold(word, first) && last != "":
			family = append(family, "`"+s.Name+"`")
		case last != "" && Alike(word, last) && strings.Contains(rest, "/"):
			near = append(near, "`"+s.Name+" "+typedURL(rest)+"`")
		case Alike(name, s.Name), Alike(word, s.Name), last != "" && Alike(word, last):
			near = append(near, "`"+s.Name+"`")
		}
	}
	switch {
	case len(family) > 0 && !strings.Contains(name, " "):
		return refuse("`help "+strings.ToLower(name)+"` says what each does.", "Say what to do: %s.", strings.Join(family, ", "))
	case len(family) > 0 && strings.Contains(rest, "/") && strings.EqualFold(word, "watch"):
		return refuse("`help` lists all commands.", "Did you mean `watch add %s`?", typedURL(rest))
	case len(family) > 0:
		return refuse("`help` lists all commands.", "There is no command %s; there are %s.", quoted(name), strings.Join(family, ", "))
	case len(near) > 0:
		return refuse("`help` lists all commands.", "There is no command %s. Did you mean %s?", quoted(name), strings.Join(near[:min(len(near), 3)], " or "))
	default:
		return refuse("`help` lists the commands.", "There is no command %s.", quoted(name))
	}
}

// Typed is how words that somebody gave to another program are typed to the bot, such as
// "watch add URL" for "add URL"; empty: they are no command.
func Typed(words []string) string {
	for _, s := range Specs() {
		first, last, _ := strings.Cut(s.Name, " ")
		switch word := strings.ToLower(words[0]); {
		case word == first:
			return strings.Join(words, " ")
		case word == last:
			return first + " " + strings.Join(words, " ")
		}
	}
	return ""
}

// typedURL is an address as somebody typed it, within code.
func typedURL(s string) string { return strings.ReplaceAll(clip(s, 200), "`", "") }

// Alike reports whether two words differ in one place, by at most two letters.
func Alike(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	shorter := min(len(a), len(b))
	begin := 0
	for begin < shorter && a[begin] == b[begin] {
		begin++
	}
	end := 0
	for end < shorter-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return max(len(a), len(b))-begin-end <= 2 && begin+end > 1
}

// Usage is a command's form in one line: what it needs in capitals, the rest in
// brackets. Flags are left out: most of those who type have no use for them.
func Usage(s Spec) string {
	var b strings.Builder
	b.WriteString(s.Name)
	for _, o := range s.Options {
		switch {
		case o.Kind == Flag:
		case o.Required:
			b.WriteString(" " + strings.ToUpper(o.Name))
		default:
			b.WriteString(" [" + o.Name + ":…]")
		}
	}
	return b.String()
}

// usage is the form of a command to whoever got it wrong.
func (r *Router) usage(s Spec) string { return "Usage: `" + Usage(r.local(s)) + "`." }

// local is a command as it is here.
func (r *Router) local(s Spec) Spec {
	if r.alone() {
		return s.Alone()
	}
	return s
}

// specs are the commands that are of use here.
func (r *Router) specs() []Spec {
	return slices.DeleteFunc(Specs(), func(s Spec) bool { return s.Chat && r.alone() })
}
