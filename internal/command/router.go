package command

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"strings"
	"time"

	"erratum/internal/watch"
)

// timeStep is the finest time a reply shows.
const timeStep = time.Second

// Options are what a Router is made of. All fields but Now are needed.
type Options struct {
	Checks  Checks
	Watches Watches
	History History
	Guilds  Guilds
	Logger  *slog.Logger
	// MinInterval is the shortest schedule a user may ask for.
	MinInterval time.Duration
	// Now is the time replies are relative to; nil means time.Now.
	Now func() time.Time
}

// Router answers requests. It is safe for concurrent use.
type Router struct {
	o        Options
	handlers map[string]handler
}

type handler func(ctx context.Context, r Request) (Reply, error)

// NewRouter makes a router over what Options name.
func NewRouter(o Options) *Router {
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &Router{o: o}
	r.handlers = map[string]handler{
		"watch add":     r.add,
		"watch list":    r.list,
		"watch show":    r.show,
		"watch pause":   r.pause,
		"watch resume":  r.resume,
		"watch mute":    r.mute,
		"watch remove":  r.remove,
		"watch restore": r.restore,
		"watch check":   r.check,
		"diff":          r.diff,
		"history":       r.history,
		"why":           r.why,
		"status":        r.status,
		"help":          r.help,
	}
	return r
}

// Do runs one command. It always gives a reply: an error becomes a sentence, and
// where the program is to blame, a reference that also stands in the log.
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
	return Reply{Text: sentence}
}

func (r *Router) run(ctx context.Context, req Request) (Reply, error) {
	spec, ok := Find(req.Name)
	if !ok {
		return Reply{}, refuse("`help` lists the commands.", "There is no command %q%s.", req.Name, r.nearest(req.Name))
	}
	if spec.Write && !req.Manager {
		return Reply{}, refuse("Ask someone with Manage Server, or an admin can name a role in `settings`.", "You may not change what is watched here.")
	}
	for _, o := range spec.Options {
		v, given := req.Args[o.Name]
		if o.Required && strings.TrimSpace(v) == "" {
			return Reply{}, refuse("Usage: `"+Usage(spec)+"`.", "%s needs %s: %s.", spec.Name, o.Name, o.Summary)
		}
		if given && len(o.Choices) > 0 && !slices.Contains(o.Choices, v) {
			return Reply{}, refuse("", "%s takes %s, not %q.", o.Name, strings.Join(o.Choices, ", "), v)
		}
	}
	for name := range req.Args {
		if !slices.ContainsFunc(spec.Options, func(o Option) bool { return o.Name == name }) {
			return Reply{}, refuse("Usage: `"+Usage(spec)+"`.", "%s has no option %q.", spec.Name, name)
		}
	}
	return r.handlers[req.Name](ctx, req)
}

// nearest suggests a command for a mistyped one.
func (r *Router) nearest(name string) string {
	for _, s := range Specs() {
		if last := s.Name[strings.LastIndexByte(s.Name, ' ')+1:]; name != "" && (strings.HasPrefix(s.Name, name) || last == name) {
			return " (did you mean `" + s.Name + "`?)"
		}
	}
	return ""
}

// Usage is a command's form in one line.
func Usage(s Spec) string {
	var b strings.Builder
	b.WriteString(s.Name)
	for _, o := range s.Options {
		if o.Required {
			b.WriteString(" " + strings.ToUpper(o.Name))
		} else {
			b.WriteString(" [" + o.Name + ":…]")
		}
	}
	return b.String()
}

// shown is a stored revision's number as the watch's guild sees it.
func shown(w watch.Watch, n int) int { return n - max(w.First, 1) + 1 }

// stored is the reverse of shown.
func stored(w watch.Watch, n int) int { return n + max(w.First, 1) - 1 }
